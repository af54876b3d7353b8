"""The ledger is added up again, without the sums that reading it takes, and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from makegood.kernel import Finding
from makegood.ledger.accounts import Account
from makegood.ledger.reading import balances

_EVERY = """
DECLARE ledger_rows NO SCROLL CURSOR FOR
SELECT measure, source, target, amount FROM ledger_transfer WHERE programme = %s
ORDER BY transfer_id
"""
_NEXT = "FETCH 50000 FROM ledger_rows"


@dataclass(frozen=True, slots=True)
class Expected:
    """What something else than the ledger says of an account of a measure; minor units."""

    measure: str
    account: Account
    amount: int
    by: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many transfers were added up, how many sums compared, and what does not agree."""

    transfers: int
    compared: int
    findings: tuple[Finding, ...]


def verify(programme: str, expected: Sequence[Expected] = ()) -> Verified:
    """Add up every transfer of a programme again and compare.

    With what ``balances`` says, by the sums that are kept (MG892), with what cannot be, an account
    below 0 (MG893), and with what others expect (MG894). Outside of any transaction.
    """
    with transaction.atomic(durable=True):
        # Both readings are of one instant, whatever is posted meanwhile.
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found, transfers = _added_up(programme)
        told = {
            (balance.measure, balance.account): balance.amount for balance in balances(programme)
        }
    findings = [*_misread(found, told), *_below_zero(found)]
    for each in expected:
        amount = found.get((each.measure, each.account), 0)
        if amount != each.amount:
            findings.append(_differs(each, amount))
    return Verified(transfers, len(found) + len(expected), tuple(findings))


def _added_up(programme: str) -> tuple[dict[tuple[str, Account], int], int]:
    sums: defaultdict[tuple[str, Account], int] = defaultdict(int)
    transfers = 0
    for measure, source, target, amount in _rows(programme):
        sums[measure, Account(source)] -= amount
        sums[measure, Account(target)] += amount
        transfers += 1
    return dict(sums), transfers


def _rows(programme: str) -> Iterator[tuple[str, str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVERY, [programme])
        cursor.execute(_NEXT)
        while rows := cursor.fetchall():
            yield from rows
            cursor.execute(_NEXT)
        cursor.execute("CLOSE ledger_rows")


def _misread(
    found: Mapping[tuple[str, Account], int], told: Mapping[tuple[str, Account], int]
) -> Iterator[Finding]:
    for key in sorted(found.keys() | told.keys()):
        if found.get(key, 0) != told.get(key, 0):
            measure, account = key
            message = (
                f"{measure}, {account.value}: the transfers come to {found.get(key, 0):,}, the"
                f" balance says {told.get(key, 0):,}"
            )
            yield Finding("MG892", message, "restore the store from a back-up")


def _below_zero(found: Mapping[tuple[str, Account], int]) -> Iterator[Finding]:
    for (measure, account), amount in sorted(found.items()):
        if amount < 0 and account is not Account.BUDGET:
            hint = "more left this account than came in; 'makegood ledger --by-day' shows when"
            yield Finding("MG893", f"{measure}: {account.value} is {amount:,}, below 0", hint)


def _differs(expected: Expected, amount: int) -> Finding:
    message = (
        f"{expected.measure}: {expected.account.value} is {amount:,} in the ledger and"
        f" {expected.amount:,} by {expected.by}"
    )
    hint = "'makegood run list' and the claims say which act is missing or was done twice"
    return Finding("MG894", message, hint)
