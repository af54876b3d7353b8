"""What was upheld is reckoned once more for each customer before anything of it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow.dataset as ds

from makegood.kernel import Finding, MakegoodError
from makegood.redress.quotes import UpheldPromise, all_promises, promises_of_run
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.having import OfLine, had_by, have, money_runs
from makegood.runs.planning.upheld import goes_to_them, missing_of, quoted_key, whose_of
from makegood.runs.rows import run_of

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs.rows import RunRow

UpheldItem = tuple[str, str, int, str | None, str | None]
"""Of an item of what was upheld: line, key, amount, customer, account."""

_ON_ANOTHERS_BILL = "the item would be on the bill of who has the line now"


def upheld_items(settings: Settings, run: RunRow) -> list[UpheldItem]:
    """The items of a run of what was upheld; it must have one at least."""
    files = [str(path) for path in item_files(settings, run)]
    names = ["line_id", "key", "amount", "customer_id", "account_id"]
    table = ds.dataset(files, format="parquet").to_table(columns=names)
    return [*zip(*(table.column(name).to_pylist() for name in names), strict=True)]


def on_bills_of_others(settings: Settings, run: RunRow) -> dict[str, str]:
    """The keys of what was upheld, with their lines, that would be on somebody else's bill by now.

    Of a run of what was upheld, or one that follows it. An item without an account comes on the
    bill of who has the line. It is for the customer that it names, else for whose promise it was
    when the first of these runs was planned; where nobody can tell any more, it is the line's.
    """
    first = run
    while first.follows is not None:
        first = run_of(first.follows)
    items = upheld_items(settings, first)
    lines, by_key = dict[str, UpheldPromise](), dict[str, str]()
    own, added = dict[str, set[str]](), dict[str, set[str]]()
    # Whatever run they were planned by since.
    for each in all_promises(run.programme, run.measure):
        lines[each.line_id] = each
        by_key[quoted_key(each)] = each.owner_id
        if each.upheld_at <= first.planned_at:
            own.setdefault(each.line_id, set()).add(each.owner_id)
    for line, key, *_ in items:
        if key in by_key:
            added.setdefault(line, set()).add(by_key[key])
    found = dict[str, str]()
    for line, key, _amount, customer, account in items:
        if account is not None or line not in lines:
            continue
        if customer is not None:
            owners = {lines[line].first_holder_id if customer == line else customer}
        elif key in by_key:
            owners = {by_key[key]}
        else:
            # The line's own key is of the one promise of it that adds to nothing.
            owners = own.get(line, set()) - added.get(line, set())
        if owners and lines[line].holder_id not in owners:
            found[key] = line
    return found


def expect_theirs(settings: Settings, run: RunRow) -> None:
    """Raises MakegoodError MG868 for an item of a follow-up that is for who had the line before."""
    of_others = on_bills_of_others(settings, run)
    for line, key, *_ in upheld_items(settings, run):
        if key in of_others:
            hint = (
                "nothing of it may leave; cancel the run: it can be tried again once it is theirs"
            )
            raise MakegoodError(Finding("MG868", f"line {line}: {_ON_ANOTHERS_BILL}", hint))


def expect_upheld(settings: Settings, run: RunRow, items: Sequence[UpheldItem]) -> None:
    """Raises MakegoodError MG868 for an item that two persons did not agree on.

    Each must be what the customer of a promise does not have of it, and go where theirs went:
    reckoned once more, against all that other runs bring. Of a promise there is one item at most.
    """
    promises = promises_of_run(run.run_id)
    lines = {each.line_id: each.first_holder_id for each in promises}
    best = {whose_of(each): each for each in promises}
    by_key = {quoted_key(each): whose_of(each) for each in promises}
    holders = {each.line_id: (each.line_id, each.holder_id) for each in promises}
    others = [each for each in money_runs(run.programme, run.measure) if each.run_id != run.run_id]
    found = have(settings, others, lines)
    brought = set[tuple[str, str]]()
    for item in items:
        line, key = item[:2]
        # The line's own key is its holder's.
        whose = by_key.get(key, holders.get(line, ("", "")))
        promise = best.get(whose)
        if promise is None or promise.line_id != line:
            raise _differs(line, "nobody has upheld what a quote said of it")
        if whose in brought:
            raise _differs(line, "two of its items are for one customer")
        brought.add(whose)
        _expectmissing_of(promise, found.get(line, {}), item)


def _expectmissing_of(promise: UpheldPromise, of_line: OfLine, item: UpheldItem) -> None:
    line, key, amount, customer, account = item
    has = had_by(of_line, promise.owner_id)
    wanted = missing_of(promise, has, is_first=not of_line)
    if not has.is_whole:
        raise _differs(line, "something else of it has not arrived yet")
    if amount != wanted.amount:
        raise _differs(line, f"the item's amount is {amount}, and that is not what is missing")
    if wanted.key and key != wanted.key:
        raise _differs(line, "the item's key is not the quote's")
    if (customer, account) != (wanted.customer_id, wanted.account_id):
        raise _differs(line, "the item is another customer's, or goes to another account")
    if not goes_to_them(promise, has):
        raise _differs(line, _ON_ANOTHERS_BILL)


def _differs(line: str, what: str) -> MakegoodError:
    hint = (
        "nothing of it may leave; cancel the run: what is missing is planned the next day at 09:00"
    )
    return MakegoodError(Finding("MG868", f"line {line}: {what}", hint))
