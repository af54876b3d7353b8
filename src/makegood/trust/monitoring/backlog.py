"""How far every destination is behind."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from makegood.configuration import Settings
from makegood.trust.monitoring.cursors import Progress, progress_of
from makegood.trust.monitoring.destinations import destinations_of


@dataclass(frozen=True, slots=True)
class Backlog:
    """A destination, where it stands, and how many events it has not got yet."""

    destination: str
    progress: Progress
    events: int


def backlogs(settings: Settings) -> list[Backlog]:
    """For each destination of the setting. Raises MakegoodError MG790 where it cannot be used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaf")
        (size,) = cursor.fetchone()
    found = [(one.name, progress_of(one.name)) for one in destinations_of(settings)]
    return [Backlog(name, one, max(0, size - one.next_leaf)) for name, one in found]
