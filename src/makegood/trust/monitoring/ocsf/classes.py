"""The classes of events that are sent, and what each of them must hold.

Which attributes are required is told by the published schema, version 1.6.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EVERY_EVENT = (
    "activity_id",
    "category_uid",
    "class_uid",
    "metadata",
    "severity_id",
    "time",
    "type_uid",
)
"""What each event must hold, whatever its class."""


@dataclass(frozen=True, slots=True)
class EventClass:
    """A class: its number, its name, what it requires beyond EVERY_EVENT, its activities.

    ``one_of`` are attributes of which at least one is required.
    """

    uid: int
    name: str
    requires: tuple[str, ...]
    activities: frozenset[int]
    one_of: tuple[str, ...] = ()

    @property
    def category_uid(self) -> int:
        """The category that the class belongs to."""
        return self.uid // 1000


def _class(
    uid: int, name: str, requires: tuple[str, ...], last: int, one_of: tuple[str, ...] = ()
) -> EventClass:
    return EventClass(uid, name, requires, frozenset({*range(last + 1), 99}), one_of)


CLASSES: Mapping[int, EventClass] = {
    one.uid: one
    for one in (
        _class(3001, "Account Change", ("user",), 12),
        _class(3002, "Authentication", ("user",), 7, ("service", "dst_endpoint")),
        _class(3003, "Authorize Session", ("user",), 2, ("privileges", "group")),
        _class(3004, "Entity Management", ("entity",), 13),
        _class(6002, "Application Lifecycle", ("app",), 8),
        _class(6003, "API Activity", ("actor", "api", "src_endpoint"), 4),
        _class(
            6005,
            "Datastore Activity",
            ("actor", "src_endpoint"),
            10,
            ("database", "databucket", "table"),
        ),
    )
}
