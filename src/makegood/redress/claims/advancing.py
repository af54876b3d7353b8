"""The worker's step: claims that were submitted or mended are checked, some at a time.

A worker takes claims under a lease, one short transaction; asks the bank about their accounts, in
none; and writes what came of it in another. Several workers take different claims. One that is
killed loses its lease by the clock, and the claims are taken again: nothing had been written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, transaction

from makegood.channels.bank import HolderAnswer, HolderCheck, HolderKind
from makegood.kernel import MakegoodError
from makegood.redress.claims.changing import Change, keep
from makegood.redress.claims.checking import Known, checked, refusal_without_bank
from makegood.redress.claims.holders import known_by
from makegood.redress.claims.problems import not_checked
from makegood.redress.claims.reading import COLUMNS, claim_from
from makegood.redress.claims.values import Claim
from makegood.redress.serving import LineStanding, standings_of
from makegood.trust.audit import Record, append_many
from makegood.trust.clock import now
from makegood.trust.vault import open_accounts, open_persons

if TYPE_CHECKING:
    from makegood.configuration import Settings

_log = logging.getLogger(__name__)

_G = TypeVar("_G")
_D = TypeVar("_D")

LEASE = timedelta(minutes=2)
ASKED_AT_ONCE = 8
_WAIT = timedelta(seconds=30)
_WAIT_MAX = timedelta(hours=1)
_WORKER = "system:worker"

_NAMES = ", ".join(f"claim.{name}" for name in COLUMNS)
_TAKE = f"""
WITH mine AS MATERIALIZED (
    SELECT claim_id FROM claims_claim WHERE check_after <= %(at)s
    ORDER BY check_after LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE claims_claim AS claim SET check_after = %(until)s
FROM mine WHERE claim.claim_id = mine.claim_id RETURNING {_NAMES}
"""
_STILL = """
SELECT claim_id, changes FROM claims_claim WHERE claim_id = ANY(%s) ORDER BY claim_id FOR UPDATE
"""
_LATER = """
UPDATE claims_claim AS claim SET check_after = given.at, tries = claim.tries + 1
FROM unnest(%s::uuid[], %s::timestamptz[]) AS given (claim_id, at)
WHERE claim.claim_id = given.claim_id AND claim.check_after IS NOT NULL
"""


class Holders(Protocol):
    """Who says whose account it is: the bank, as ``channels.bank.HolderCheck`` asks it."""

    def holder_of(
        self,
        bank_code: str,
        number: str,
        *,
        holder_kind: HolderKind | None = None,
        known_by: str = "",
    ) -> HolderAnswer:
        """Raises MakegoodError where the bank cannot be asked now.

        ``known_by`` is the holder's day of birth (YYMMDD), where it is known.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """A claim under this worker's lease, with what is known about it."""

    claim: Claim
    known: Known


def advance(settings: Settings, limit: int = 500, holders: Holders | None = None) -> int:
    """Check up to ``limit`` claims that wait for it; how many went on.

    What the bank gives no answer about is tried again later and later, up to an hour; the others go
    on. Safe for any number of workers at once. ``holders`` is the bank's check of the settings
    where none is given. Raises the bank's MakegoodError at the end, where it is not set up.
    """
    claims = _taken(limit)
    if not claims:
        return 0
    bank = holders or HolderCheck(settings)
    taken, failure = _one_by_one(_known, claims, lambda claim: claim)
    answered, silent, unanswered = _asked(taken, bank)
    done, unwritten = _one_by_one(_written, answered, lambda each: each.claim)
    _put_off(silent)
    failure = unanswered or failure or unwritten
    if failure is not None:
        raise failure
    return len(done)


def _one_by_one(
    step: Callable[[Sequence[_G]], Sequence[_D]],
    given: Sequence[_G],
    claim_of: Callable[[_G], Claim],
) -> tuple[list[_D], MakegoodError | None]:
    """What a step makes of all at once; where one makes it fail, of each alone, and the failure.

    The claim that does is tried again later, and does not hold up the others.
    """
    try:
        return list(step(given)), None
    except (psycopg.Error, DatabaseError):
        raise  # the database fails for all of them
    except Exception as error:
        _log.warning("claims are checked one by one: %s", type(error).__name__)
    done: list[_D] = []
    failure: MakegoodError | None = None
    for each in given:
        try:
            done += step([each])
        except (psycopg.Error, DatabaseError):
            raise
        except Exception as error:
            _put_off([claim_of(each)])
            told = error if isinstance(error, MakegoodError) else None
            kind = told.findings[0].code if told else type(error).__name__
            failure = failure or not_checked(claim_of(each).receipt_number, kind)
    return done, failure


def _taken(limit: int) -> list[Claim]:
    at = now()
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        rows = cursor.execute(_TAKE, {"at": at, "until": at + LEASE, "limit": limit}).fetchall()
    return [claim_from(row) for row in rows]


def _known(claims: Sequence[Claim]) -> list[Taken]:
    """The claims with what is decided for their lines now, their accounts and their holders."""
    standings: dict[tuple[str, str], LineStanding] = {}
    for programme in {claim.programme for claim in claims}:
        lines = sorted({claim.line_id for claim in claims if claim.programme == programme})
        for standing in standings_of(programme, lines):
            standings[programme, standing.line_id] = standing
    accounts = open_accounts(claim.account_id for claim in claims if claim.account_id)
    persons = open_persons({claim.customer_id for claim in claims if claim.account_id})
    return [
        Taken(
            claim,
            Known(
                standings.get((claim.programme, claim.line_id)),
                accounts.get(claim.account_id or ""),
                persons.get(claim.customer_id),
            ),
        )
        for claim in claims
    ]


def _asked(
    taken: Sequence[Taken], holders: Holders
) -> tuple[list[Taken], list[Claim], MakegoodError | None]:
    """Those that can be decided, with the bank's answers; those it was silent about; a failure."""
    answered: list[Taken] = []
    asking: list[Taken] = []
    for each in taken:
        needs_bank = each.claim.has_account and not refusal_without_bank(each.claim, each.known)
        (asking if needs_bank else answered).append(each)
    silent: list[Claim] = []
    failure: MakegoodError | None = None
    with ThreadPoolExecutor(ASKED_AT_ONCE, "holder") as pool:
        asked = pool.map(lambda each: _answer(each.known, holders), asking)
        for each, answer in zip(asking, asked, strict=True):
            if isinstance(answer, MakegoodError):
                silent.append(each.claim)
                failure = failure or _lasting(answer)
            else:
                answered.append(replace(each, known=replace(each.known, answer=answer)))
    return answered, silent, failure


def _answer(known: Known, holders: Holders) -> HolderAnswer | MakegoodError:
    if known.account is None:
        raise AssertionError("an account that is missing is refused before the bank is asked")
    try:
        kind, birth_day = known_by(known.person, known.account.holder)
        return holders.holder_of(
            known.account.bank_code, known.account.number, holder_kind=kind, known_by=birth_day
        )
    except MakegoodError as error:
        return error


def _lasting(error: MakegoodError) -> MakegoodError | None:
    """The failure where it will not pass by itself: the bank's own silence will."""
    from makegood.channels.bank import Unreachable

    return None if isinstance(error, Unreachable) else error


def _written(answered: Sequence[Taken]) -> list[Change]:
    """Write where the claims go; those that somebody changed meanwhile are left as they are."""
    if not answered:
        return []
    by_id = {each.claim.claim_id: each for each in answered}
    with transaction.atomic():
        with psycopg.Cursor(connection.connection) as cursor:
            still: Mapping[UUID, int] = dict(cursor.execute(_STILL, [list(by_id)]).fetchall())
        changes = [
            checked(each.claim, each.known)
            for claim_id, each in by_id.items()
            if still.get(claim_id) == each.claim.changes
        ]
        keep(changes, _WORKER)
        append_many(_record(change) for change in changes)
    return changes


def _put_off(silent: Sequence[Claim]) -> None:
    if not silent:
        return
    at = now()
    later = [at + min(_WAIT_MAX, _WAIT * 2 ** min(claim.tries, 10)) for claim in silent]
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_LATER, [[claim.claim_id for claim in silent], later])


def _record(change: Change) -> Record:
    claim = change.claim
    is_decided = any(step.after in {"approved", "refused"} for step in change.steps)
    return Record(
        "claim.decided" if is_decided else "claim.changed",
        _WORKER,
        f"customer:{claim.customer_id}",
        person=claim.customer_id,
        details={
            "claim": claim.receipt_number,
            "measure": claim.measure,
            "states": [step.after.value for step in change.steps],
            "reason": claim.reason,
            "waits_for": claim.waits_for,
            "amount": claim.amount,
        },
    )
