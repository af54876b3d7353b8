"""Lock-out on guessing: per account and per source, with growing waits, for all processes alike.

An attempt is counted before it is judged, so that many at once gain nothing. Names that no
account has are counted the same way, so that a wait does not say whether there is an account. A
known device counts for itself: a stranger cannot lock a member out of their own desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from makegood.trust.access import permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.staff.hashing import hash_of
from makegood.trust.staff.models import Guesses, Member
from makegood.trust.staff.reading import may_read
from makegood.trust.staff.recording import record

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.staff.requests import Standing

FREE_PER_ACCOUNT = 5
FREE_PER_SOURCE = 30
FIRST_WAIT_SECONDS = 30
WAIT_SECONDS_MAX = 3600
FORGOTTEN_AFTER = timedelta(hours=24)
_DOUBLINGS_MAX = 12


@dataclass(frozen=True, slots=True)
class Key:
    """What attempts are counted for: ``kind`` is account, code or source."""

    kind: str
    key_hash: str
    free: int
    source: str = ""

    @classmethod
    def account(cls, name: str, found: Standing | None) -> Key:
        """A sign-in name, at a known device or anywhere else."""
        device = found.device if found and found.device and found.device.is_known else None
        place = str(device.pk) if device else ""
        return cls(
            "account", hash_of("account", f"{name.strip().casefold()}\0{place}"), FREE_PER_ACCOUNT
        )

    @classmethod
    def code(cls, member: Member) -> Key:
        """The second factor of a member."""
        return cls("code", hash_of("code", str(member.pk)), FREE_PER_ACCOUNT)

    @classmethod
    def of_source(cls, source: str) -> Key:
        """An address, whatever it asks for."""
        return cls("source", hash_of("source", source), FREE_PER_SOURCE, source)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. ``wait_seconds`` above 0: it is not to be judged, the wait is on."""

    keys: tuple[Key, ...]
    wait_seconds: int

    def succeeded(self) -> None:
        """It was right: the account begins anew; from the source one try less is counted."""
        for key in self.keys:
            rows = Guesses.objects.filter(key_hash=key.key_hash)
            if key.kind == "source":
                with transaction.atomic():
                    row = rows.select_for_update().first()
                    if row is not None and row.failures:
                        row.failures -= 1
                        row.locked_until = None if row.failures < key.free else row.locked_until
                        row.save(update_fields=["failures", "locked_until"])
            else:
                rows.delete()

    def failed(self, member: Member | None, source: str) -> None:
        """It was wrong: say in the log what is locked from now on."""
        hashes = [key.key_hash for key in self.keys]
        locked = Guesses.objects.filter(key_hash__in=hashes, locked_until__gt=now())
        for row in locked:
            wait = int((row.locked_until - now()).total_seconds()) if row.locked_until else 0
            record(
                "staff.locked_out",
                actor="system:sign_in",
                subject=f"staff:{member.pk}" if member and row.kind != "source" else "",
                source=source,
                details={"what": row.kind, "failures": row.failures, "seconds": wait},
            )


def attempt(*keys: Key, member: Member | None = None) -> Attempt:
    """Count one try for all keys, or say how long to wait. The rows are locked in one order."""
    ordered = tuple(sorted(keys, key=lambda key: key.key_hash))
    instant = now()
    with transaction.atomic():
        Guesses.objects.bulk_create(
            [
                Guesses(
                    key_hash=key.key_hash,
                    kind=key.kind,
                    member=member if key.kind != "source" else None,
                    source=key.source,
                    last_failed_at=instant,
                )
                for key in ordered
            ],
            ignore_conflicts=True,
        )
        hashes = [key.key_hash for key in ordered]
        found = Guesses.objects.select_for_update().filter(key_hash__in=hashes)
        rows = {row.key_hash: row for row in found.order_by("key_hash")}
        waits = [
            row.locked_until - instant
            for row in rows.values()
            if row.locked_until is not None and row.locked_until > instant
        ]
        if waits:
            return Attempt(ordered, max(1, int(max(waits).total_seconds())))
        for key in ordered:
            _count(rows[key.key_hash], key)
    return Attempt(ordered, 0)


def _count(row: Guesses, key: Key) -> None:
    instant = now()
    if instant - row.last_failed_at >= FORGOTTEN_AFTER:
        row.failures = 0
    row.failures += 1
    row.last_failed_at = instant
    if row.failures >= key.free:
        row.locked_until = instant + timedelta(seconds=wait_seconds(row.failures - key.free))
    row.save(update_fields=["failures", "last_failed_at", "locked_until"])


def wait_seconds(further: int) -> int:
    """How long to wait after so many failures beyond the free ones: each doubles it."""
    return min(WAIT_SECONDS_MAX, FIRST_WAIT_SECONDS << min(further, _DOUBLINGS_MAX))


def locked(visitor: Visitor) -> list[Guesses]:
    """What waits at this moment, the longest first. Raises Refused (MG770)."""
    may_read(visitor)
    found = Guesses.objects.filter(locked_until__gt=now()).select_related("member")
    return list(found.order_by("-locked_until"))


def release(visitor: Visitor, member: Member) -> int:
    """Let a member try again at once; how many waits that ended. Raises Refused (MG770)."""
    with transaction.atomic():
        resource = Resource(ResourceKind.STAFF, str(member.pk))
        permit(visitor, Act.MANAGE_STAFF, resource, kind="staff.unlocked")
        # Of a name without a known device, and of every known device, and of the second factor.
        ended, _ = Guesses.objects.filter(member=member).delete()
    return ended


def release_key(visitor: Visitor, key_hash: str) -> int:
    """Let an address, or a name that no account has, try again. Raises Refused (MG770)."""
    with transaction.atomic():
        permit(visitor, Act.MANAGE_STAFF, Resource(ResourceKind.STAFF), kind="staff.unlocked")
        ended, _ = Guesses.objects.filter(key_hash=key_hash).delete()
    return ended
