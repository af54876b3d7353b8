"""A snapshot becomes known; where it is the newest, it is loaded as the serving copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from makegood.kernel import Progress, silent
from makegood.redress.serving.copying import serve
from makegood.redress.serving.known import Registered, bases_for, registered
from makegood.redress.serving.loading import programme_in_force
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

if TYPE_CHECKING:
    from makegood.population import Snapshot

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('makegood.registered:' || %s, 0))"
# The newest of its day is not registered twice; an earlier one comes to be the newest again.
_NEWEST_OF_DAY = """
SELECT content_sha256, folder FROM serving_snapshot WHERE programme = %s AND as_of = %s
ORDER BY snapshot_id DESC LIMIT 1
"""
_ADD = """
INSERT INTO serving_snapshot
    (programme, content_sha256, as_of, folder, rows, registered_at, registered_by)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def register(
    visitor: Visitor, folder: Path, programme_name: str, progress: Progress = silent
) -> Registered:
    """Register a snapshot for a programme in force, and load the newest as the serving copy.

    The same again finds it registered and goes on where a load was cut off; where another of its
    day was registered since, it is the newest again. Raises Refused MG770,
    MakegoodError MG501 to MG504 for a folder that is no sound snapshot, MG632 where no version of
    the programme is in force, MG604 where the snapshot does not fit it.
    """
    from makegood.decisions import fitting_job
    from makegood.population import open_snapshot

    programme = programme_in_force(programme_name)
    snapshot = open_snapshot(folder.absolute())
    fitting_job(programme, snapshot, bases_for(programme, snapshot))
    with transaction.atomic():
        permit(
            visitor,
            Act.REGISTER_LINES,
            Resource(ResourceKind.STORE),
            purpose=Purpose.OPERATION,
            kind="lines.registered",
            details={
                "programme": programme_name,
                "snapshot_sha256": snapshot.content_sha256,
                "as_of": snapshot.as_of.isoformat(),
                "rows": snapshot.rows,
            },
        )
        _add(programme_name, snapshot, visitor.actor)
    serve(programme_name, progress)
    return next(
        known
        for known in registered(programme_name)
        if (known.content_sha256, known.as_of) == (snapshot.content_sha256, snapshot.as_of)
    )


def _add(programme: str, snapshot: Snapshot, actor: str) -> None:
    values: list[Any] = [
        programme,
        snapshot.content_sha256,
        snapshot.as_of,
        str(snapshot.folder),
        snapshot.rows,
        now(),
        actor,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [programme])
        cursor.execute(_NEWEST_OF_DAY, [programme, snapshot.as_of])
        if cursor.fetchone() != (snapshot.content_sha256, str(snapshot.folder)):
            cursor.execute(_ADD, values)
