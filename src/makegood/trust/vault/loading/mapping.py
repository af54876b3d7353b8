"""Which column of a file is which field, and how its text is written."""

from __future__ import annotations

import codecs
import json
import tomllib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from makegood.kernel import did_you_mean
from makegood.trust.vault.problems import wrong_mapping

FIELDS = (
    *("customer_id", "name", "phone", "birth_date", "email", "address"),
    *("bank_code", "account_number", "account_holder"),
)
"""The fields of a row, in the order in which rows are handed on."""

REQUIRED = ("customer_id", "name", "phone")
_KEYS = ("columns", "encoding", "delimiter")


@dataclass(frozen=True, slots=True)
class Mapping:
    """The header of each field's column; a field that is not named has its own name as header.

    ``encoding`` and ``delimiter`` are those of a CSV file.
    """

    columns: AnyMapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8-sig"
    delimiter: str = ","

    @classmethod
    def read(cls, file: Path) -> Self:
        """The mapping in a TOML file. Raises MakegoodError MG731 where it is none."""
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise wrong_mapping(file.name, "it is no TOML", "see docs/contacts.md") from None
        for key in content.keys() - set(_KEYS):
            hint = did_you_mean(key, _KEYS) or f"there are {', '.join(_KEYS)}"
            raise wrong_mapping(file.name, f"'{key}' is no key of a mapping", hint)
        return cls(**_usable(content, file.name))

    def places(self, headers: Sequence[str], name: str) -> tuple[int | None, ...]:
        """Where each field stands in a row; None where the file has no such column.

        Raises MakegoodError MG731 where a required field has no column, a header that the mapping
        names is missing or stands twice, or half of the account's columns are there.
        """
        found: dict[str, int | None] = {}
        for each in FIELDS:
            header = self.columns.get(each, each)
            if headers.count(header) > 1:
                raise wrong_mapping(name, f"the column '{header}' stands twice", "rename one")
            found[each] = headers.index(header) if header in headers else None
            if found[each] is None and (each in REQUIRED or each in self.columns):
                hint = did_you_mean(header, headers) or "name the column in a mapping"
                raise wrong_mapping(name, f"no column '{header}' for {each}", hint)
        if (found["bank_code"] is None) != (found["account_number"] is None):
            hint = "give both bank_code and account_number, or neither"
            raise wrong_mapping(name, "half an account", hint)
        return tuple(found.values())

    def identity(self) -> bytes:
        """What makes this mapping this one, as bytes."""
        plain = [sorted(self.columns.items()), self.encoding, self.delimiter]
        return json.dumps(plain, ensure_ascii=True).encode()


def _usable(content: dict[str, Any], name: str) -> dict[str, Any]:
    """The keys of a mapping's file, each of the kind it must be."""
    columns = content.get("columns", {})
    if not isinstance(columns, dict):
        raise wrong_mapping(name, "'columns' is no table", "write [columns] above the fields")
    for key, header in columns.items():
        if key not in FIELDS:
            hint = did_you_mean(key, FIELDS) or f"there are {', '.join(FIELDS)}"
            raise wrong_mapping(name, f"'{key}' is no field", hint)
        if not isinstance(header, str):
            raise wrong_mapping(name, f"the header of '{key}' is no text", "quote it")
    try:
        codecs.lookup(content.get("encoding", "utf-8"))
    except (LookupError, TypeError):
        hint = "write utf-8, cp949 or another that Python knows"
        raise wrong_mapping(name, "an unknown encoding", hint) from None
    delimiter = content.get("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise wrong_mapping(name, "the delimiter is not one character", "write ';' or '\\t'")
    return content
