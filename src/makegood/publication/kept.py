"""Which text of a programme is in force, now or at another instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps

from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.publication.models import Version


@dataclass(frozen=True, slots=True)
class Published:
    """A publication: which text, since when, by whom, on which proposal."""

    programme: str
    sha256: str
    text: str
    published_at: datetime
    published_by: str
    proposal_id: UUID

    @classmethod
    def of(cls, version: Version) -> Published:
        """The values of a row. Raises MakegoodError MG633 where its text was changed."""
        if sha256(version.text.encode()).hexdigest() != version.sha256:
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
            version.published_at,
            version.published_by,
            version.proposal_id,
        )

    def load(self) -> Programme:
        """The programme itself, checked again."""
        from makegood.programmes import load_text

        return load_text(self.text, f"{self.programme}@{self.sha256[:12]}.yaml")


def in_force(programme: str, at: datetime | None = None) -> Published | None:
    """The publication that is in force now, or was at an instant; None before the first."""
    found = model().objects.filter(programme=programme).order_by("-version_id")
    if at is not None:
        found = found.filter(published_at__lte=at)
    version = found.first()
    return Published.of(version) if version else None


def versions(programme: str | None = None) -> list[Published]:
    """All publications, the newest first; of one programme or of all."""
    found = model().objects.order_by("-version_id")
    if programme is not None:
        found = found.filter(programme=programme)
    return [Published.of(version) for version in found]


def model() -> type[Version]:
    """The table, once Django is set up: it reads this package before its models can be."""
    found: type[Version] = apps.get_model("publication", "Version")
    return found


def newest_version(programme: str) -> str | None:
    """The hash of the text in force, without reading the text; None before the first."""
    found = model().objects.filter(programme=programme).order_by("-version_id")
    newest: str | None = found.values_list("sha256", flat=True).first()
    return newest
