"""An exception as it may stand in the log: its type and where it came from.

What an exception says may repeat what somebody typed or what a row holds, and so is left out. A
finding is written for people and holds nothing personal; its words stay.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import psycopg

from makegood.kernel import MakegoodError
from makegood.trust.access import masked_text

_FRAMES_MAX = 40
# They speak of the program's own names, never of values.
_OF_CODE = (AttributeError, ImportError, NameError, NotImplementedError)


def tell_fault(logger: object, method: str, line: MutableMapping[str, Any]) -> Any:  # noqa: ANN401, ARG001 - a processor of structlog
    """Put ``fault`` in the place of ``exc_info``; a processor of structlog."""
    given = line.pop("exc_info", None)
    error = _exception(given)
    if error is not None:
        line["fault"] = "\n".join(fault_lines(error))
    line.pop("stack_info", None)
    return line


def _exception(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def fault_lines(error: BaseException) -> Iterator[str]:
    """The exception and its causes, innermost first, with their frames."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and before is not error:
        yield from fault_lines(before)
        yield "then:"
    yield from _frames(error.__traceback__)
    yield _head(error)


def _head(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, MakegoodError):
        return f"{name}: {masked_text('; '.join(one.message for one in error.findings))}"
    if isinstance(error, psycopg.Error):
        return f"{name} (SQLSTATE {error.sqlstate or 'none'})"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    if isinstance(error, _OF_CODE):
        return f"{name}: {masked_text(str(error))}"
    return name


def _frames(trace: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(trace)
    left_out = max(0, len(frames) - _FRAMES_MAX)
    if left_out:
        yield f"  … {left_out} frames"
    for frame in frames[left_out:]:
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
