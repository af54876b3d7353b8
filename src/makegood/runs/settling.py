"""What answers mean beyond the run: for claims, for choices, in the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from makegood.channels import Outcome
from makegood.configuration import Settings
from makegood.ledger import Account, Transfer, post
from makegood.redress.choices import settle_choices
from makegood.redress.claims import settle as settle_claims
from makegood.redress.claims import stay_paid
from makegood.runs.days import today_of
from makegood.runs.kinds import RunKind
from makegood.runs.merging import CONTRADICTORY, FOUND_DONE, FOUND_FAILED, Merged
from makegood.runs.releasing import LEDGER_KINDS
from makegood.runs.rows import RunRow, select
from makegood.runs.tried_again import DONE_BEFORE

CLAIM_KINDS = frozenset({RunKind.PAY_OUT, RunKind.COVER})
"""Kinds whose items are claims: they hear every answer themselves."""

_NUMBER = "SELECT count(*) FROM ledger_transfer WHERE subject = %s"


def settle(
    settings: Settings, run: RunRow, merged: Sequence[Merged], answers: Sequence[pa.Table]
) -> None:
    """Let those know who are concerned, in the caller's transaction."""
    if run.kind in CLAIM_KINDS:
        _settle_claims(run, today_of(settings, run.programme), _said(answers))
    elif run.kind is RunKind.PASSES:
        settle_choices(run.run_id, _plain(_said(answers)))
    elif run.kind in LEDGER_KINDS:
        post(_transfers(settings, run, merged))


def _settle_claims(run: RunRow, day: date, said: pa.Table) -> None:
    """Claims hear what was said; what was done before and never left again returns none of them."""
    never_left = pc.is_in(said.column("code"), pa.array([DONE_BEFORE]))
    keys = said.filter(never_left).column("key").to_pylist()
    if keys:
        paid = stay_paid(run.run_id, keys, DONE_BEFORE, day)
        # Where the try before came back meanwhile nothing has paid the claim: it hears of both.
        is_paid = pc.is_in(said.column("key"), pa.array(sorted(paid), pa.string()))
        said = said.filter(pc.invert(pc.and_(never_left, is_paid)))
    settle_claims(run.run_id, day, said)


def _said(answers: Sequence[pa.Table]) -> pa.Table:
    """All that was said, but not that nothing is known."""
    table = pa.concat_tables(answers)
    return table.filter(pc.not_equal(table.column("outcome"), Outcome.UNKNOWN.value))


def _plain(answers: pa.Table) -> pa.Table:
    """What a person found out, in the words of other sides."""
    words = {FOUND_DONE: Outcome.DONE.value, FOUND_FAILED: Outcome.FAILED.value}
    said = [words.get(word, word) for word in answers.column("outcome").to_pylist()]
    place = answers.column_names.index("outcome")
    return answers.set_column(place, "outcome", pa.array(said, pa.string()))


def _transfers(settings: Settings, run: RunRow, merged: Sequence[Merged]) -> list[Transfer]:
    """What moved in the ledger: one transfer for each way, of all items that went it.

    Its number tells it from the run's others; the run's row is locked by now, so that no two of
    them have the same.
    """
    amounts: defaultdict[tuple[Account, Account], int] = defaultdict(int)
    heads: defaultdict[tuple[Account, Account], int] = defaultdict(int)
    for each in (moved for one in merged for moved in one.moved):
        way = (_account(run, each.before), _account(run, each.after))
        if way[0] is not way[1]:
            amounts[way] += each.amount
            heads[way] += each.items
    number = select(_NUMBER, [run.subject])[0][0]
    return [
        Transfer(
            f"applied:{run.run_id}:{number}:{source.value}-{target.value}",
            run.programme,
            run.measure,
            today_of(settings, run.programme),
            source,
            target,
            amount,
            heads[source, target],
            run.subject,
        )
        for (source, target), amount in sorted(amounts.items())
        if amount
    ]


def _account(run: RunRow, outcome: str) -> Account:
    """Where an item's money stands by what was said of it.

    What is contradictory counts as paid until somebody has found out: it is not paid again.
    """
    if outcome in {Outcome.DONE, CONTRADICTORY}:
        return Account.PAID
    if outcome in {Outcome.FAILED, Outcome.RETURNED}:
        return Account.RETURNED
    return Account.APPROVED if run.follows is None else Account.RETURNED
