"""Which text of a programme is in force, now or at another instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db import connection

from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.programmes import MessageTemplates, Programme
    from makegood.publication.models import Version

NEWEST = """
SELECT v.sha256 FROM publication_version AS v WHERE v.programme = {programme}
ORDER BY v.version_id DESC LIMIT 1
"""
"""The hash of the text in force, to be asked for within another statement."""

_NAMES = """
SELECT programme FROM publication_version GROUP BY programme ORDER BY max(version_id) DESC
"""


_ALL_NEWEST = """
SELECT DISTINCT ON (programme) programme, sha256 FROM publication_version
ORDER BY programme, version_id DESC
"""


@dataclass(frozen=True, slots=True)
class Published:
    """A publication: which text, since when, by whom, on which proposal.

    ``messages`` is the text of its messages and empty where there are none, as is their hash.
    """

    programme: str
    sha256: str
    text: str
    messages: str
    messages_sha256: str
    published_at: datetime
    published_by: str
    proposal_id: UUID

    @classmethod
    def of(cls, version: Version) -> Published:
        """The values of a row. Raises MakegoodError MG633 where one of its texts was changed."""
        texts = (version.text, version.sha256), (version.messages, version.messages_sha256)
        if any(hash_of_text(text) != kept for text, kept in texts):
            raise MakegoodError(
                Finding(
                    "MG633",
                    f"the text of '{version.programme}' was changed after it was published",
                    "restore the store from a back-up, and run 'makegood audit verify'",
                )
            )
        return cls(
            version.programme,
            version.sha256,
            version.text,
            version.messages,
            version.messages_sha256,
            version.published_at,
            version.published_by,
            version.proposal_id,
        )

    def load(self) -> Programme:
        """The programme itself, checked again."""
        from makegood.programmes import load_text

        return load_text(self.text, f"{self.programme}@{self.sha256[:12]}.yaml")

    def load_messages(self, programme: Programme) -> MessageTemplates | None:
        """Its messages, checked again; None where it has none."""
        from makegood.programmes import load_messages

        if not self.messages:
            return None
        file = f"{self.programme}@{self.messages_sha256[:12]}.messages.yaml"
        return load_messages(self.messages, programme, file)


def hash_of_text(text: str) -> str:
    """The hash of a text as it is kept; of no text nothing."""
    return sha256(text.encode()).hexdigest() if text else ""


def in_force(programme: str, at: datetime | None = None) -> Published | None:
    """The publication that is in force now, or was at an instant; None before the first."""
    found = model().objects.filter(programme=programme).order_by("-version_id")
    if at is not None:
        found = found.filter(published_at__lte=at)
    version = found.first()
    return Published.of(version) if version else None


def newest_versions() -> dict[str, str]:
    """By programme the hash of the text in force, for all that were ever published."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL_NEWEST)
        return {str(programme): str(version) for programme, version in cursor.fetchall()}


def versions(programme: str | None = None) -> list[Published]:
    """All publications, the newest first; of one programme or of all."""
    found = model().objects.order_by("-version_id")
    if programme is not None:
        found = found.filter(programme=programme)
    return [Published.of(version) for version in found]


def programmes_in_force() -> tuple[str, ...]:
    """The names of all programmes that have a version, the one published last first."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        return tuple(str(row[0]) for row in cursor.fetchall())


def model() -> type[Version]:
    """The table, once Django is set up: it reads this package before its models can be."""
    found: type[Version] = apps.get_model("publication", "Version")
    return found


def newest_version(programme: str) -> str | None:
    """The hash of the text in force, without reading the text; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST.format(programme="%s"), [programme])
        row = cursor.fetchone()
    return str(row[0]) if row else None
