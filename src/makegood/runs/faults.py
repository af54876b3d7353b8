"""A mistake of this program, as a trouble: told in the same words each time, and once in the log.

What an exception says may be personal, so its kind is told, and a number that is made of where it
came from: the same mistake has the same number in every round and process.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import django.db
import duckdb
import psycopg

from makegood.kernel import MakegoodError

_log = logging.getLogger("makegood.runs")
_LETTERS, _RUN_LETTERS = 8, 8
_logged: set[tuple[str, str]] = set()
_OF_DATABASE = (django.db.Error, psycopg.Error)
# What DuckDB cannot read is no OSError of its own accord.
_OF_SURROUNDINGS = (OSError, duckdb.IOException)
# What was asked of the database was wrong. All else is the database's: it is away, or another
# process was in the way.
_WRONGLY_ASKED = (
    *(django.db.IntegrityError, django.db.ProgrammingError, django.db.DataError),
    *(django.db.NotSupportedError, psycopg.IntegrityError, psycopg.ProgrammingError),
    *(psycopg.DataError, psycopg.NotSupportedError),
)


class Fault(str):
    """The words of a trouble that is a mistake of this program, and of nobody outside."""

    __slots__ = ()


def is_away(error: BaseException) -> bool:
    """Whether the database failed, for whatever was asked of it: nothing goes on without it."""
    return isinstance(error, _OF_DATABASE) and not isinstance(error, _WRONGLY_ASKED)


def told_fault(error: Exception, what: str = "") -> Fault:
    """The words of a trouble for an exception that nobody expected in an act on ``what``.

    The log has it with its frames under the number; each process writes it there once.
    """
    number, kind = _number(error), type(error).__name__
    subject = f"{what}: " if what else ""
    if (number, what) not in _logged:
        _logged.add((number, what))
        _log.error("fault %s: %s%s", number, subject, kind, exc_info=error)
    return Fault(f"{subject}a fault of the program, in the log under the number {number}: {kind}")


def told_failure(error: Exception, what: str) -> str:
    """The words of a trouble for whatever failed in ``what`` and is no finding.

    Of a file, a connection or the database its kind is told; all else is a fault.
    """
    if isinstance(error, _OF_SURROUNDINGS) or is_away(error):
        return f"{what}: {type(error).__name__}"
    return told_fault(error, what)


def one_by_one(acts: Iterable[tuple[str, Callable[[], int]]], tell: Callable[[str], object]) -> int:
    """Do acts on runs, or parts of them, each named; how much came of all.

    What goes wrong with one is told with its name, what a file lacks as such, and the others are
    done all the same. Raises where the database fails, which it does for all of them.
    """
    done = 0
    for what, act in acts:
        try:
            done += act()
        except MakegoodError as error:
            tell(str(error))
        except Exception as error:
            if is_away(error):
                raise
            tell(told_failure(error, what))
    return done


def words_of(error: Exception) -> str:
    """A failure as it may be told: findings never hold personal data, other texts may."""
    if isinstance(error, MakegoodError):
        return "; ".join(f"{finding.code} {finding.message}" for finding in error.findings)
    return type(error).__name__


def run_named(run_id: UUID) -> str:
    """A run as troubles name it."""
    return f"run {str(run_id)[:_RUN_LETTERS]}"


def _number(error: Exception) -> str:
    places = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    text = "\n".join((type(error).__qualname__, *places))
    return sha256(text.encode()).hexdigest()[:_LETTERS]
