"""What a line of a run has, or why it has nothing, is held against its decision and what waited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from makegood.kernel import pay_once_key
from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import (
    ALREADY,
    APPLIED,
    NO_AMOUNT,
    WITH_MONEY,
    If,
    choices,
)
from makegood.runs.planning.done import TOP_UP
from makegood.runs.planning.due import START
from makegood.runs.planning.held_items import HeldItems
from makegood.runs.planning.plan import quantity_of
from makegood.runs.planning.problems import differs
from makegood.runs.planning.redone import Redone
from makegood.runs.planning.rewaiting import waited
from makegood.runs.planning.top_up_keys import further_keys

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme
    from makegood.runs.rows import RunRow

BY_CLAIMS = frozenset({RunKind.PAY_OUT})
"""Kinds whose amounts are those of claims: they are held against decisions apart."""

_CLAIMED = frozenset({RunKind.PAY_OUT, RunKind.COVER})
"""Kinds whose items are claims, or may be."""

_RARE = frozenset({NO_AMOUNT})

Item = tuple[Any, ...]
"""What an item says, in the order of ITEM."""

ITEM = ("key", "amount", "attempt", "quantity", "customer_id", "account_id")
"""The columns of items that are looked at, beside their line."""


class LineCheck:
    """Holds one line of a run after the other against what it must have.

    Raises MakegoodError MG868 at what is otherwise. ``go_on`` comes before each part's lines.
    """

    def __init__(
        self, settings: Settings, run: RunRow, programme: Programme, measure: Measure
    ) -> None:
        self._run = run
        self._waited = waited(run, has_claim=measure.section.claim is not None)
        self._quantity = quantity_of(run.kind, measure)
        self._started = HeldItems(settings, run, START) if run.kind is RunKind.UPLIFT_END else None
        is_added = run.kind is RunKind.TOP_UP and run.period.startswith(TOP_UP)
        self._held = HeldItems(settings, run, run.period, with_keys=is_added)
        self._redone = Redone(settings, run, programme, measure) if is_added else None
        self._choices = choices(run.kind, measure)

    def go_on(self, last: str) -> None:
        """Read what earlier runs brought the next part, whose last line is this."""
        self._held.go_on(last)
        if self._started is not None:
            self._started.go_on(last)
        if self._redone is not None:
            self._redone.go_on(last)

    def expect_agreed(self, line: str, items: list[Item]) -> None:
        """A line that was not decided has an item only where persons agreed on what it has."""
        for item in items:
            self._expect_own(line, item, is_waiting=True)
            if item[0] not in self._waited.by_persons:
                raise differs(line, "it has an item, but was not decided, and nobody agreed on it")

    def expect_item(
        self,
        line: str,
        code: int,
        amount: int | None,
        contract: object,
        items: list[Item],
    ) -> None:
        """A line with items: its decision gives it one, which is what the decision says."""
        choice = self._choices.get(code)
        run = self._run
        if choice is None or choice.when is If.NEVER:
            raise differs(line, f"it has an item, but its decision is {code}")
        if self._redone is not None:
            self._expect_lacking(self._redone, line, code, amount, contract, items)
        for item in items:
            self._expect_own(line, item, is_waiting=choice.when is If.WAITING)
        if choice.when is If.NOT_WAITING and line in self._waited.applied:
            raise differs(line, "it has an item, but somebody had applied")
        if choice.when is If.WAITING and run.kind in BY_CLAIMS | {RunKind.TOP_UP}:
            return  # what waits brought its own key and amount
        due = (amount or 0) if run.kind in WITH_MONEY else 0
        key = pay_once_key(run.programme, run.measure, line, _text(contract), run.period)
        if len(items) != 1 or items[0][1] != due:
            raise differs(line, f"the item's amount is {items[0][1]}, but {due} is due")
        if items[0][0] != key and choice.when is not If.WAITING:
            raise differs(line, "the item's key is not the line's")

    def _expect_lacking(
        self,
        redone: Redone,
        line: str,
        code: int,
        amount: int | None,
        contract: object,
        items: list[Item],
    ) -> None:
        """What an amended version adds is what each customer lacks, neither more nor less, once."""
        run = self._run
        named = (run.programme, run.measure, line)
        others = len(self._held.keys(line)) + len(items) - 1
        keys = {pay_once_key(*named, _text(contract), run.period)}
        keys.update(further_keys(*named, run.period, others))
        found, customers = {item[0] for item in items}, {item[4] for item in items}
        if not found <= keys or len(found) != len(items):
            raise differs(line, "the item's key is not the line's")
        if len(customers) != len(items):
            raise differs(line, "two of its items are for one customer")
        for _, money, _, quantity, customer, account in items:
            brought, other = (quantity, money) if redone.month else (money, quantity)
            lacking = redone.lacking(line, customer, code, amount)
            if other or brought <= 0 or lacking not in (None, brought):
                raise differs(line, f"the item brings {brought}, but {lacking} is lacking")
            if not redone.goes_to(line, customer, account):
                raise differs(line, "the item goes to another account than what it adds to")

    def _expect_own(self, line: str, item: Item, *, is_waiting: bool) -> None:
        """What an item says beside its amount, and that no earlier run has it."""
        key, amount, attempt, quantity, customer, account = item
        if quantity != self._quantity and self._redone is None:
            raise differs(line, f"the item's quantity is {quantity}, not {self._quantity}")
        if (holder := self._held.has(key, attempt)) is not None:
            raise differs(line, f"run {holder} has the item already")
        kind = self._run.kind
        if kind in _CLAIMED and (is_waiting or key in self._waited.claims):
            found = self._waited.claims.get(key)
            if found is None:
                raise differs(line, "no claim of it is being paid by this run")
            if found != (line, amount, customer, account):
                raise differs(line, "the item is not what its claim says")
        if is_waiting and self._waited.lines is not None and line not in self._waited.lines:
            raise differs(line, "it has an item, but nothing waited for it")
        if self._started is not None and is_waiting and not self._started.holders(line):
            raise differs(line, "it has an item, but nothing was begun for it")

    def expect_left_out(self, line: str, code: int, amount: int | None, reason: str | None) -> None:
        """A line without an item: the reason is that of its decision, or of what it has."""
        choice = self._choices.get(code)
        if reason is None:
            raise differs(line, "it has neither an item nor a reason")
        if reason.startswith(ALREADY):
            if reason.removeprefix(ALREADY) not in self._held.holders(line):
                raise differs(line, f"it was left out as {reason}, which has no item of it")
            return
        if reason in _RARE:
            if self._run.kind in WITH_MONEY and (
                not amount or (choice is not None and choice.when is If.WAITING)
            ):
                return
            raise differs(line, f"it was left out as {reason}, but {amount} is due")
        expected = choice.reason if choice else "undetermined"
        is_always = choice is not None and choice.when is If.NOT_WAITING and reason == APPLIED
        if is_always and self._waited.ever is not None and line not in self._waited.ever:
            raise differs(line, "it was left out as applied, but nobody ever did")
        begun = self._started is not None and bool(self._started.holders(line))
        if begun and reason == "not_started":
            raise differs(line, "it was left out, but something was begun for it")
        if choice is not None and choice.when is If.ALWAYS:
            raise differs(line, f"it was left out as {reason}, but its decision is {code}")
        if reason != expected:
            raise differs(line, f"it was left out as {reason}, but the reason is {expected}")


def _text(contract: object) -> str:
    if contract is None:
        return ""
    if isinstance(contract, bool):
        return "true" if contract else "false"
    return contract.isoformat() if isinstance(contract, date) else str(contract)
