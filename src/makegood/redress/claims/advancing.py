"""The worker's step: claims that were submitted or mended are checked, some at a time.

A worker takes claims under a lease, one short transaction; asks the bank about their accounts, in
none; and writes what came of it in others, as the answers come. Several workers take different
claims. One that is killed loses its lease by the clock, and what it had not written is taken again.
A bank that is slow holds up nothing else: after half a minute the rest is left for the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, transaction

from makegood.channels.bank import HolderAnswer, HolderCheck, HolderKind
from makegood.kernel import MakegoodError
from makegood.redress.claims.changing import Change, keep
from makegood.redress.claims.checking import Known, checked, refusal_without_bank
from makegood.redress.claims.holders import known_by
from makegood.redress.claims.leasing import Lease
from makegood.redress.claims.problems import not_checked
from makegood.redress.claims.values import Claim
from makegood.redress.serving import LineStanding, owner_of, standings_of
from makegood.trust.audit import Record, append_many
from makegood.trust.clock import now
from makegood.trust.vault import open_accounts, open_persons

if TYPE_CHECKING:
    from makegood.configuration import Settings

_log = logging.getLogger(__name__)

_G = TypeVar("_G")
_D = TypeVar("_D")

ASKED_AT_ONCE = 8
ASKING_SECONDS_MAX = 30.0
"""So long a round begins to ask the bank; what was begun is waited for."""

RENEWED_SECONDS = 15.0
_WRITTEN_SECONDS = 1.0
_WAIT = timedelta(seconds=30)
_WAIT_MAX = timedelta(hours=1)
_WORKER = "system:worker"

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
    """A claim under this worker's lease, with what is known about it, and whose it is by now."""

    claim: Claim
    known: Known
    owner: str


def advance(settings: Settings, limit: int = 500, holders: Holders | None = None) -> int:
    """Check up to ``limit`` claims that wait for it; how many went on.

    What the bank gives no answer about is tried again later and later, up to an hour; the others go
    on. Safe for any number of workers at once. ``holders`` is the bank's check of the settings
    where none is given. Raises the bank's MakegoodError at the end, where it is not set up.
    """
    lease = Lease(limit)
    if not lease.claims:
        return 0
    bank = holders or HolderCheck(settings)
    taken, failure = _one_by_one(_known, lease.claims, lambda claim: claim)
    done = 0
    for heard in _heard(taken, bank, lease):
        written, unwritten = _one_by_one(_written, heard.answered, lambda each: each.claim)
        _put_off(heard.silent)
        done += len(written)
        failure = failure or heard.failure or unwritten
    if failure is not None:
        raise failure
    return done


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


def _known(claims: Sequence[Claim]) -> list[Taken]:
    """The claims with what is decided for their lines now, their accounts and their holders."""
    standings: dict[tuple[str, str], LineStanding] = {}
    for programme in {claim.programme for claim in claims}:
        lines = sorted({claim.line_id for claim in claims if claim.programme == programme})
        for standing in standings_of(programme, lines):
            standings[programme, standing.line_id] = standing
    accounts = open_accounts(claim.account_id for claim in claims if claim.account_id)
    owners = {
        claim.claim_id: owner_of(claim, standing.first_holder if standing else None)
        for claim in claims
        for standing in [standings.get((claim.programme, claim.line_id))]
    }
    persons = open_persons({owners[claim.claim_id] for claim in claims if claim.account_id})
    return [
        Taken(
            claim,
            Known(
                standings.get((claim.programme, claim.line_id)),
                accounts.get(claim.account_id or ""),
                persons.get(owners[claim.claim_id]),
            ),
            owners[claim.claim_id],
        )
        for claim in claims
    ]


@dataclass(frozen=True, slots=True)
class _Heard:
    """Claims that can be decided, with the bank's answers; those it was silent about; a failure."""

    answered: Sequence[Taken]
    silent: Sequence[Claim] = ()
    failure: MakegoodError | None = None


def _heard(taken: Sequence[Taken], holders: Holders, lease: Lease) -> Iterator[_Heard]:
    """First what needs no bank, then what it says as it says it; whoever is given it writes it.

    Each claim is kept in hand until its answer was given. What the bank was not asked about in time
    is given back.
    """
    ready: list[Taken] = []
    asking: list[Taken] = []
    for each in taken:
        needs_bank = each.claim.has_account and not refusal_without_bank(each.claim, each.known)
        (asking if needs_bank else ready).append(each)
    yield _Heard(ready)
    pool = ThreadPoolExecutor(ASKED_AT_ONCE, "holder")
    try:
        asked = {pool.submit(_answer, each.known, holders): each for each in asking}
        pending, began, renewed = set(asked), monotonic(), monotonic()
        while pending:
            finished, pending = wait(pending, _WRITTEN_SECONDS)
            if monotonic() - began > ASKING_SECONDS_MAX:
                left = {future for future in pending if future.cancel()}
                lease.give_back([asked[future].claim for future in left])
                pending -= left
            if monotonic() - renewed > RENEWED_SECONDS:
                lease.renew([asked[future].claim for future in finished | pending])
                renewed = monotonic()
            yield _sorted_out([(asked[future], future.result()) for future in finished])
    finally:
        # Where writing failed, nobody waits for answers that are not written either.
        pool.shutdown(cancel_futures=True)


def _sorted_out(said: Sequence[tuple[Taken, HolderAnswer | MakegoodError]]) -> _Heard:
    answered: list[Taken] = []
    silent: list[Claim] = []
    failure: MakegoodError | None = None
    for each, answer in said:
        if isinstance(answer, MakegoodError):
            silent.append(each.claim)
            failure = failure or _lasting(answer)
        else:
            answered.append(replace(each, known=replace(each.known, answer=answer)))
    return _Heard(answered, silent, failure)


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
        append_many(_record(change, by_id[change.claim.claim_id].owner) for change in changes)
    return changes


def _put_off(silent: Sequence[Claim]) -> None:
    if not silent:
        return
    at = now()
    later = [at + min(_WAIT_MAX, _WAIT * 2 ** min(claim.tries, 10)) for claim in silent]
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(_LATER, [[claim.claim_id for claim in silent], later])


def _record(change: Change, owner: str) -> Record:
    """What came of a claim, under the customer whose it is by now, as acts of persons are."""
    claim = change.claim
    is_decided = any(step.after in {"approved", "refused"} for step in change.steps)
    return Record(
        "claim.decided" if is_decided else "claim.changed",
        _WORKER,
        f"customer:{owner}",
        person=owner,
        details={
            "claim": claim.receipt_number,
            "measure": claim.measure,
            "states": [step.after.value for step in change.steps],
            "reason": claim.reason,
            "waits_for": claim.waits_for,
            "amount": claim.amount,
        },
    )
