"""The template of a bank's own CSV: which columns it wants, in which order and letters.

A TOML file. Korean banks take bulk transfers as a sheet of their own make, mostly in EUC-KR.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from makegood.channels.bank.problems import wrong_template


class Value(StrEnum):
    """What a column can hold."""

    ROW = "row"
    BANK_CODE = "bank_code"
    ACCOUNT_NUMBER = "account_number"
    HOLDER = "holder"
    AMOUNT = "amount"
    KEY = "key"
    INSTRUCTION = "instruction"
    MESSAGE_ID = "message_id"
    DUE_ON = "due_on"
    TEXT = "text"


class Column(BaseModel):
    """A column: its title, what it holds, at most how many bytes of it in the file's letters.

    Names and fixed texts alone may be cut: an amount or an account that is cut is another one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    value: Value
    text: str = ""
    bytes_max: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _changes_no_payment(self) -> Self:
        if self.bytes_max and self.value not in {Value.HOLDER, Value.TEXT}:
            raise ValueError(f"{self.value} cannot be cut: bytes_max is for holder and text")
        if self.text and self.value is not Value.TEXT:
            raise ValueError(f"{self.value} cannot be a fixed text: it takes the value text")
        return self


class Results(BaseModel):
    """How the bank's sheet of results is read: titles of its columns, and what its words mean.

    ``duplicates`` are codes of a failure that mean: the bank has that payment already.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    instruction: str
    result: str
    code: str = ""
    amount: str = ""
    done: tuple[str, ...]
    failed: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()


class CsvTemplate(BaseModel):
    """How a bank's CSV looks. ``totals`` is where the row of count and sum stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Literal["euc-kr", "cp949", "utf-8", "utf-8-sig"] = "utf-8"
    separator: str = Field(default=",", min_length=1, max_length=1)
    quoting: Literal["always", "needed"] = "needed"
    line_end: Literal["\r\n", "\n"] = "\r\n"
    header: bool = True
    totals: Literal["none", "first", "last"] = "none"
    columns: tuple[Column, ...] = Field(min_length=1, max_length=64)
    results: Results | None = None

    @model_validator(mode="after")
    def _pays_somebody(self) -> Self:
        held = {column.value for column in self.columns}
        needed = {Value.BANK_CODE, Value.ACCOUNT_NUMBER, Value.AMOUNT, Value.INSTRUCTION}
        if missing := sorted(needed - held):
            raise ValueError(f"no column holds {', '.join(missing)}")
        return self


def load_template(path: Path) -> CsvTemplate:
    """The template of a file. Raises NotSent MG814 where it cannot be used."""
    try:
        return CsvTemplate.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise wrong_template(path.name, (error.strerror or "unreadable").lower()) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise wrong_template(path.name, f"{where}: {first['msg']}".removeprefix(": ")) from None
    except ValueError as error:
        raise wrong_template(path.name, str(error)) from None
