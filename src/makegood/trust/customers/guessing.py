"""Guessing is slowed down: per telephone, per person, per source; for all processes alike.

A try is counted before it is judged, and the same way whether there is such a customer or not, so
that neither many at once nor the waits themselves tell anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from makegood.trust.audit import Json
from makegood.trust.clock import now
from makegood.trust.customers.installation import installation
from makegood.trust.customers.keyed import common_hash, keyed_hash, place_of
from makegood.trust.customers.models import Guesses
from makegood.trust.customers.problems import PleaseWait
from makegood.trust.customers.recording import record

FREE_HERE = 5
FREE_PER_TELEPHONE = 20
FREE_PER_SOURCE = 100
FREE_MESSAGE_CHECKS = 20
FREE_WRONG_BY_MEMBER = 30
FIRST_WAIT_SECONDS = 30
WAIT_SECONDS_MAX = 3600
DRAIN_SECONDS = 60
FORGOTTEN_AFTER = timedelta(hours=24)
_DOUBLINGS_MAX = 12


@dataclass(frozen=True, slots=True)
class Key:
    """What tries are counted for. From the ``free``-th on each one has to be waited for.

    ``drains``: a try is forgotten each minute, because behind one address of a mobile network many
    people sit. ``of_the_day``: there is no growing wait; the next one is a day after the first.
    """

    kind: str
    key_hash: str
    free: int
    drains: bool = False
    of_the_day: bool = False

    @classmethod
    def telephone(cls, telephone_hash: str) -> Key:
        """A telephone number, from wherever it is asked for."""
        return cls("telephone", keyed_hash("all", telephone_hash), FREE_PER_TELEPHONE)

    @classmethod
    def telephone_here(cls, telephone_hash: str, source: str) -> Key:
        """A telephone number asked for from one source: a stranger elsewhere waits apart."""
        where = f"{telephone_hash}\0{place_of(source)}"
        return cls("here", keyed_hash("here", where), FREE_HERE)

    @classmethod
    def person(cls, person_hash: str) -> Key:
        """A telephone number with a birth date: so many codes a day."""
        free = installation().customer_codes_a_day
        return cls("person", keyed_hash("codes", person_hash), free, of_the_day=True)

    @classmethod
    def of_source(cls, source: str) -> Key:
        """An address, whatever number is asked for."""
        return cls("source", keyed_hash("from", place_of(source)), FREE_PER_SOURCE, drains=True)

    @classmethod
    def message_checks(cls, source: str) -> Key:
        """An address that asks whether messages are ours."""
        key_hash = keyed_hash("message", place_of(source))
        return cls("message", key_hash, FREE_MESSAGE_CHECKS, drains=True)

    @classmethod
    def account_checks(cls, customer_id: str) -> Key:
        """A customer who asks of the bank whose accounts are: so many a day, on all sites."""
        free = installation().customer_account_checks_a_day
        return cls("account", common_hash("account", customer_id), free, of_the_day=True)

    @classmethod
    def account_checks_by(cls, member: str) -> Key:
        """A member of staff who asks so for customers: so many a day, whoever they are for."""
        free = installation().staff_account_checks_a_day
        return cls("member", common_hash("account-by", member), free, of_the_day=True)

    @classmethod
    def codes_by(cls, member: str) -> Key:
        """A member of staff who has codes sent to customers: so many a day, whoever they are."""
        free = installation().staff_consent_codes_a_day
        return cls("codes-by", common_hash("codes-by", member), free, of_the_day=True)

    @classmethod
    def wrong_by(cls, member: str) -> Key:
        """A member of staff who types wrong codes: so many a day, whoever they were sent to."""
        key_hash = common_hash("wrong-by", member)
        return cls("wrong-by", key_hash, FREE_WRONG_BY_MEMBER, of_the_day=True)


@dataclass(frozen=True, slots=True)
class Counted:
    """A try that may be judged now. ``locks`` are what begins to wait by it, as the log says it."""

    keys: tuple[Key, ...]
    locks: tuple[dict[str, Json], ...] = ()

    def succeeded(self) -> None:
        """It was right: what was counted for the telephone is forgotten, elsewhere one try less."""
        began_anew = [key.key_hash for key in self.keys if key.kind in {"telephone", "here"}]
        one_less = [key.key_hash for key in self.keys if key.drains]
        Guesses.objects.filter(key_hash__in=began_anew).delete()
        Guesses.objects.filter(key_hash__in=one_less, tries__gt=0).update(tries=F("tries") - 1)

    def taken_back(self) -> None:
        """It was no wrong one: as if it had not been counted, nor begun a wait."""
        hashes = [key.key_hash for key in self.keys]
        counted = Guesses.objects.filter(key_hash__in=hashes, tries__gt=0)
        counted.update(tries=F("tries") - 1, locked_until=None)

    def tell(self, *, source: str, actor: str = "") -> None:
        """Write into the log what begins to wait."""
        for details in self.locks:
            record("customer.locked_out", actor=actor, source=source, details=details)


def count(*keys: Key, source: str, actor: str = "", tells: bool = True) -> Counted:
    """Count one try for all keys. Raises PleaseWait (MG641, MG644) where one has to wait first.

    A try that has to wait is not counted. The rows are locked in one order. ``actor`` is whom the
    log names, where it is known who tries. Not ``tells``: the caller does, once it is judged.
    """
    ordered = tuple(sorted(keys, key=lambda key: key.key_hash))
    instant = now()
    with transaction.atomic():
        rows = _rows(ordered, instant)
        waits = [
            (int((until - instant).total_seconds()) + 1, key.of_the_day)
            for key in ordered
            if (until := rows[key.key_hash].locked_until) is not None and until > instant
        ]
        if not waits:
            locks = [_count(rows[key.key_hash], key, instant) for key in ordered]
            counted = Counted(ordered, tuple(details for details in locks if details))
            if tells:
                counted.tell(source=source, actor=actor)
            fields = ["tries", "begun_at", "last_at", "locked_until"]
            Guesses.objects.bulk_update(rows.values(), fields)
    if waits:
        seconds, of_the_day = max(waits)
        raise PleaseWait(seconds, of_the_day=of_the_day)
    return counted


def count_message_check(source: str) -> Counted:
    """Count that somebody asks whether a message is ours. Raises PleaseWait (MG641)."""
    return count(Key.message_checks(source), source=source)


def count_account_check(customer_id: str, source: str, *, by: str = "") -> Counted:
    """Count that the bank is asked about an account for a customer. Raises PleaseWait (MG644).

    ``by`` is the member of staff who asks for them, as the log names them: counted as well.
    """
    keys = [Key.account_checks(customer_id)]
    if by:
        keys.append(Key.account_checks_by(by))
    return count(*keys, source=source, actor=by)


def wait_seconds(further: int) -> int:
    """How long to wait after so many tries beyond the free ones: each doubles it."""
    return min(WAIT_SECONDS_MAX, FIRST_WAIT_SECONDS << min(further, _DOUBLINGS_MAX))


def _rows(keys: Sequence[Key], instant: datetime) -> dict[str, Guesses]:
    hashes = [key.key_hash for key in keys]
    Guesses.objects.bulk_create(
        [
            Guesses(key_hash=key.key_hash, kind=key.kind, begun_at=instant, last_at=instant)
            for key in keys
        ],
        ignore_conflicts=True,
    )
    found = Guesses.objects.select_for_update().filter(key_hash__in=hashes).order_by("key_hash")
    return {row.key_hash: row for row in found}


def _count(row: Guesses, key: Key, instant: datetime) -> dict[str, Json]:
    """Count one try; what begins to wait by it, as the log says it, or nothing."""
    _forget(row, key, instant)
    row.tries += 1
    row.last_at = instant
    if row.tries < key.free:
        row.locked_until = None
        return {}
    if key.of_the_day:
        row.locked_until = row.begun_at + FORGOTTEN_AFTER
    else:
        row.locked_until = instant + timedelta(seconds=wait_seconds(row.tries - key.free))
    seconds = int((row.locked_until - instant).total_seconds())
    return {"what": key.kind, "tries": row.tries, "seconds": seconds}


def _forget(row: Guesses, key: Key, instant: datetime) -> None:
    """What was counted long ago counts no longer."""
    since = row.begun_at if key.of_the_day else row.last_at
    if instant - since >= FORGOTTEN_AFTER:
        row.tries, row.begun_at = 0, instant
    elif key.drains:
        # ``begun_at`` is the instant up to which tries have drained.
        drained = int((instant - row.begun_at).total_seconds()) // DRAIN_SECONDS
        row.tries = max(0, row.tries - drained)
        row.begun_at += timedelta(seconds=DRAIN_SECONDS * drained)
