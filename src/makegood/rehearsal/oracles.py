"""The oracle of a programme: plain Python beside its file, which knows nothing of the program."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

from makegood.kernel import Finding, MakegoodError

FILE_NAME = "oracle.py"
_NAMES = (
    *("PROGRAMME", "BASE_DAYS", "BASED", "FACTS", "BASE_FACTS", "SCOPE_FACTS", "OCCASIONS"),
    *("standing", "brings", "is_open", "other_name", "pay_day"),
)
_OF_SCOPE = "in_scope"

Facts: TypeAlias = Mapping[str, Any]
"""The facts of a line by name: whole numbers, words, dates; None where one is missing."""


class Oracle(Protocol):
    """What a programme's oracle says. ``docs/rehearsal.md`` has the contract in words."""

    PROGRAMME: str
    BASE_DAYS: Mapping[str, date]
    BASED: Mapping[str, str]
    FACTS: Mapping[str, Sequence[str]]
    BASE_FACTS: Mapping[str, Sequence[str]]
    SCOPE_FACTS: Mapping[str, Sequence[str]]
    OCCASIONS: Sequence[tuple[str, str, str, date]]

    def in_scope(self, measure: str, now: Facts) -> bool:
        """Whether a line may have to do with a measure of SCOPE_FACTS, by those facts alone."""
        ...

    def standing(
        self, measure: str, now: Facts, base: Facts, *, amended: bool = False
    ) -> tuple[str, int]:
        """How a line stands: a word, and an amount or a quantity."""
        ...

    def brings(
        self, kind: str, measure: str, word: str, amount: int, *, applied: bool
    ) -> int | None:
        """What an occasion brings a line that stands so; None where it brings nothing."""
        ...

    def is_open(self, measure: str, at: datetime, *, late: bool = False) -> bool:
        """Whether an application of this local moment is taken."""
        ...

    def other_name(self, measure: str, now: Facts) -> bool:
        """Whether it may be paid to an account in another name, which a document explains."""
        ...

    def pay_day(
        self, measure: str, applied_on: date, approved_on: date, now: Facts, *, late: bool
    ) -> date:
        """The day on which an approved application is paid."""
        ...


def oracle_beside(programme: Path, identifier: str) -> Oracle:
    """The oracle beside a programme's file.

    Raises MakegoodError MG896 where there is none, or it is another programme's or lacks a part.
    """
    file = programme.parent / FILE_NAME
    hint = f"write '{FILE_NAME}' beside the programme: docs/rehearsal.md says what it holds"
    if not file.is_file():
        message = f"there is no oracle for '{identifier}'"
        raise MakegoodError(Finding("MG896", message, hint))
    spec = importlib.util.spec_from_file_location(f"oracle_{identifier.replace('-', '_')}", file)
    assert spec is not None  # noqa: S101 - the name ends in .py
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        message = f"the oracle of '{identifier}' does not run: {type(error).__name__}"
        raise MakegoodError(Finding("MG896", message, hint)) from error
    lacking = [name for name in _NAMES if not hasattr(module, name)]
    # Asked of facts of scope alone: where there are none, nobody asks.
    if getattr(module, "SCOPE_FACTS", None) and not hasattr(module, _OF_SCOPE):
        lacking.append(_OF_SCOPE)
    if lacking:
        message = f"the oracle of '{identifier}' lacks {', '.join(lacking)}"
        raise MakegoodError(Finding("MG896", message, hint))
    if identifier != module.PROGRAMME:
        message = f"the oracle is of '{module.PROGRAMME}', the programme is '{identifier}'"
        raise MakegoodError(Finding("MG896", message, hint))
    return cast("Oracle", module)
