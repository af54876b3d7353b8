"""What a restored store must know of the time that it does not remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.project.keeping.manifest import Manifest
from makegood.project.keeping.replaced import FOLDER, Replaced, finish, unfinished
from makegood.trust.keys import MasterKey

if TYPE_CHECKING:
    from makegood.trust.audit import HeadFile, Json

_WHY = "the store was restored"


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What was done to a restored store before anybody works with it."""

    replaced: tuple[str, ...]
    deleted_again: int
    sessions_ended: int
    proposals_expired: int
    unsigned: Finding | None


def follow_up(settings: Settings, backup: str, manifest: Manifest, actor: str) -> FollowedUp:
    """Bring what must not be forgotten into a restored store, and sign its log.

    The head outside of the database takes the restored log as its own: the entry has the note that
    it held before. Where the log cannot be signed, as without its master key, ``unsigned`` says so;
    the next process that can signs it. Raises MakegoodError MG718 where the head cannot be written.
    """
    from makegood.trust.audit import HEAD_FILE, HeadFile, newest_checkpoint, publish_checkpoint

    left = unfinished(settings)
    head = HeadFile(settings.secrets / HEAD_FILE)
    deleted, sessions, proposals = _recorded(left, head, backup, manifest, actor)
    newest = newest_checkpoint()
    head.take_over(newest.note if newest else None)
    finish(left)
    unsigned = None
    try:
        publish_checkpoint(MasterKey.open(settings), settings.log_origin, actor, head=head)
    except MakegoodError as error:
        unsigned = error.findings[0]
    names = tuple(f"{FOLDER}/{place.name}" for place, _ in left)
    return FollowedUp(names, deleted, sessions, proposals, unsigned)


def _recorded(
    left: Sequence[tuple[Path, Replaced]],
    head: HeadFile,
    backup: str,
    manifest: Manifest,
    actor: str,
) -> tuple[int, int, int]:
    """All of it in one transaction with its entries."""
    from django.db import transaction

    from makegood.trust.audit import Record, append
    from makegood.trust.customers import end_every_customer_session
    from makegood.trust.proposals import expire_live
    from makegood.trust.staff import end_every_session
    from makegood.trust.vault import delete_again

    remembered = _remembered(head)
    with transaction.atomic():
        # Who was deleted before is not called back to life by an older back-up.
        deleted = delete_again((name for _, each in left for name in each.deleted), actor=actor)
        sessions = end_every_session(actor=actor, source="console")
        sessions += end_every_customer_session(actor=actor)
        proposals = expire_live(actor, _WHY)
        details: dict[str, Json] = {
            "dump_sha256": manifest.dump_sha256,
            "made_at": manifest.made_at.isoformat(),
            "log_size": manifest.log.size if manifest.log else 0,
            "replaced": [_words(place, each) for place, each in left],
            "remembered": remembered,
            "deleted_again": deleted,
            "sessions_ended": sessions,
            "proposals_expired": proposals,
        }
        append(Record("store.restored", actor, f"backup:{backup}", details=details))
    return deleted, sessions, proposals


def _words(place: Path, each: Replaced) -> Json:
    return {
        "folder": f"{FOLDER}/{place.name}",
        "number": each.number,
        "size": each.size,
        "root": each.root,
        "note": each.note,
        "lost": each.lost,
        "deletions": len(each.deleted),
    }


def _remembered(head: HeadFile) -> str | None:
    """The note that the head outside of the database held: how large the lost log was at least."""
    try:
        found = head.read()
    except MakegoodError as error:
        return f"unreadable: {error.findings[0].code}"
    return found.text if found else None
