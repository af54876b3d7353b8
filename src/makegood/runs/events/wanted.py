"""Which events a programme in force has messages for, and from when on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from makegood.channels import ChannelName
from makegood.programmes import SentBy, TemplateKind, occasions
from makegood.publication import Published, versions

if TYPE_CHECKING:
    from makegood.programmes import MessageTemplates, Programme, Template

EVENT_KINDS = {
    "submitted": TemplateKind.RECEIVED,
    "approved": TemplateKind.APPROVED,
    "refused": TemplateKind.REFUSED,
    "returned": TemplateKind.RETURNED,
    "paid": TemplateKind.PAID,
    "granted": TemplateKind.PASS,
}
"""By the state that a claim, or a choice, came to: the message that tells it."""
_WAYS = ((SentBy.SMS, ChannelName.SMS), (SentBy.MAIL, ChannelName.MAIL))


@dataclass(frozen=True, slots=True, eq=False)
class Worded:
    """A version of a programme with its messages, read once: the same version is the same value."""

    published: Published
    programme: Programme
    messages: MessageTemplates

    def template(self, kind: TemplateKind, measure: str) -> tuple[ChannelName, Template] | None:
        """The message and how it goes out: by SMS where it can; None where there is none."""
        for way, channel in _WAYS:
            found = self.messages.of(kind, measure, by=way)
            if found:
                return channel, found
        return None

    def by_mail(self, kind: TemplateKind, measure: str) -> Template | None:
        """The message for who has no telephone."""
        return self.messages.of(kind, measure, by=SentBy.MAIL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event of a measure that is told: the state it is come to by, and since when (None: ever).

    What happened while no version in force had a message for it is not told afterwards.
    """

    programme: str
    measure: str
    state: str
    since: datetime | None


def worded(published: Published) -> Worded | None:
    """The version with its messages; None where it has none."""
    return _worded(published) if published.messages else None


def version_of(programme: str, sha256: str, messages_sha256: str) -> Worded | None:
    """The version that a batch was made by."""
    for each in versions(programme):
        if (each.sha256, each.messages_sha256) == (sha256, messages_sha256):
            return worded(each)
    return None


def all_wanted() -> tuple[dict[str, Worded], list[Wanted]]:
    """By programme the version in force, where it has messages, and the events that it tells."""
    by_programme: dict[str, list[Published]] = {}
    for each in versions():
        by_programme.setdefault(each.programme, []).append(each)
    found: dict[str, Worded] = {}
    wanted: list[Wanted] = []
    for name, newest_first in by_programme.items():
        newest = worded(newest_first[0])
        if newest:
            found[name] = newest
            wanted += _wanted(newest, newest_first)
    return found, wanted


def _wanted(newest: Worded, newest_first: Sequence[Published]) -> Iterator[Wanted]:
    for state, kind, measure in _told_by(newest):
        since = None
        for place, published in enumerate(newest_first):
            version = worded(published)
            if version is None or not _tells(version, kind, measure):
                since = newest_first[place - 1].published_at
                break
        yield Wanted(newest.published.programme, measure, state, since)


def _told_by(version: Worded) -> Iterator[tuple[str, TemplateKind, str]]:
    """State, kind and measure of what a version tells."""
    states = {kind: state for state, kind in EVENT_KINDS.items()}
    for each in occasions(version.programme):
        if each.kind in states and version.template(each.kind, each.measure):
            yield states[each.kind], each.kind, each.measure


def _tells(version: Worded, kind: TemplateKind, measure: str) -> bool:
    return (kind, measure) in {(told, name) for _, told, name in _told_by(version)}


@lru_cache(maxsize=32)
def _worded(published: Published) -> Worded | None:
    programme = published.load()
    messages = published.load_messages(programme)
    return Worded(published, programme, messages) if messages else None
