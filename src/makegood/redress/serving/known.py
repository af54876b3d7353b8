"""Snapshots that were registered: which there are, which is the newest, which serve as bases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.population import Snapshot
    from makegood.programmes import Programme

# Of one snapshot registered from several folders the latest folder counts.
_KNOWN = """
SELECT programme, content_sha256, as_of, folder, rows, registered_at, registered_by FROM (
    SELECT DISTINCT ON (content_sha256, as_of) * FROM serving_snapshot
    WHERE programme = %(programme)s AND as_of <= %(until)s
    ORDER BY content_sha256, as_of, snapshot_id DESC
) AS known ORDER BY as_of DESC, snapshot_id DESC
"""
_PROGRAMMES = "SELECT DISTINCT programme FROM serving_snapshot ORDER BY programme"


@dataclass(frozen=True, slots=True)
class Registered:
    """A snapshot that is known here: what it holds by hash, as of when, and where it lies."""

    programme: str
    content_sha256: str
    as_of: date
    folder: Path
    rows: int
    registered_at: datetime
    registered_by: str = ""


def registered(programme: str) -> list[Registered]:
    """The known snapshots of a programme, the newest first.

    The newest is the one as of the latest day; of several as of one day, the one registered last.
    """
    return _known(programme, date.max)


def newest(programme: str, as_of_max: date | None = None) -> Registered | None:
    """The newest snapshot of a programme, as of a day at the latest; None where none is known."""
    found = _known(programme, as_of_max or date.max)
    return found[0] if found else None


def registered_programmes() -> list[str]:
    """The programmes that snapshots were registered for."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRAMMES)
        return [str(row[0]) for row in cursor.fetchall()]


def snapshot_of(known: Registered) -> Snapshot:
    """The snapshot itself, opened.

    Raises MakegoodError MG501 to MG504 where it cannot be opened any more, MG833 where another
    one lies in its folder.
    """
    from makegood.population import open_snapshot

    snapshot = open_snapshot(known.folder)
    if (snapshot.content_sha256, snapshot.as_of) != (known.content_sha256, known.as_of):
        raise MakegoodError(
            Finding(
                "MG833",
                f"the folder '{known.folder.name}' holds another snapshot than was registered",
                f"put {known.content_sha256[:12]} as of {known.as_of} back, "
                "or register it from where it lies now",
            )
        )
    return snapshot


def bases_for(programme: Programme, snapshot: Snapshot) -> list[Snapshot]:
    """The registered snapshots that bases of a programme are read from beside a population.

    One for each day before the population's own on which a base was frozen, opened; none for a
    day of which no snapshot is known: membership is unknown then. Raises as ``snapshot_of``.
    """
    return [snapshot_of(known) for known in known_bases(programme, snapshot.as_of)]


def known_bases(programme: Programme, as_of: date) -> list[Registered]:
    """The registered snapshots that serve the bases beside a population as of a day."""
    days = sorted({base.as_of for base in programme.bases.values() if base.as_of < as_of})
    if not days:
        return []
    known = registered(programme.identifier)
    found = (next((each for each in known if each.as_of == day), None) for day in days)
    return [each for each in found if each is not None]


def _known(programme: str, until: date) -> list[Registered]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"programme": programme, "until": until})
        return [
            Registered(row[0], row[1], row[2], Path(row[3]), row[4], row[5], row[6])
            for row in cursor.fetchall()
        ]
