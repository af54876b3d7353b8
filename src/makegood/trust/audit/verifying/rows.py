"""One entry's row against its payload, and the payload against the hash that the tree holds.

The columns are asked for as text in the form the payload has, so that a row is compared in one
step; only where something differs is it looked at piece by piece.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from makegood.trust.audit.tree import leaf_hash
from makegood.trust.audit.verifying.result import Problems

COLUMNS = (
    "entry_id",
    "written_at",
    "kind",
    "actor",
    "subject",
    "person",
    "purpose",
    "case",
    "source",
)
"""The payload's fields that are columns too, in the order of ``SELECTED``."""

SELECTED = """
CASE WHEN e.entry_id IS NOT NULL THEN coalesce(e.payload, '') END, e.entry_id::text,
to_char(e.written_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
e.kind, e.actor, e.subject, e.person, e.purpose, e.case_reference, e.source
"""

fields_of: Callable[[Any], tuple[Any, ...]] = itemgetter(*COLUMNS)
"""What a payload says in the fields that are columns too."""
# Canonical JSON has no space around it, so that the decoder's search for one is left out.
_read = json.JSONDecoder().raw_decode


def known_time(column: str) -> str:
    """A time as one that Python knows: from the year 1 to 9999."""
    first, last = "'0001-01-02 00:00+00'::timestamptz", "'9999-12-30 00:00+00'::timestamptz"
    return f"coalesce(greatest({first}, least({column}, {last})), {first})"


def read_payload(payload: bytes) -> Mapping[str, Any] | None:
    """What a payload says, or nothing where it is no entry's."""
    try:
        text = payload.decode()
        fields, end = _read(text)
        if end != len(text) or not isinstance(fields["details"], dict):
            return None
        fields_of(fields)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    found: dict[str, Any] = fields
    return found


def tell_changed(
    which: str,
    expected_hash: bytes,
    row: tuple[Any, ...],
    problems: Problems,
) -> None:
    """Say what was changed in an entry's row: ``row`` is payload, then the columns."""
    payload, columns = row[0], row[1:]
    fields = read_payload(payload)
    if fields is None:
        problems.entry_changed(which, "its payload is not what was written")
        return
    differing = [
        name for name, value in zip(COLUMNS, columns, strict=True) if fields[name] != value
    ]
    if leaf_hash(payload) != expected_hash:
        where = f" (and differs in {', '.join(differing)})" if differing else ""
        problems.entry_changed(which, f"its payload is not what was written{where}")
    elif differing:
        names = ", ".join(f"'{name}'" for name in differing)
        problems.entry_changed(which, f"column {names} does not say what was written")
