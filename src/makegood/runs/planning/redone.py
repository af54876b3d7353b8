"""What lines of a top-up got before it, and lack, reckoned once more without any engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import If, choices
from makegood.runs.planning.done import Done, Pin, done_by, month_of, not_done, pays_claims
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.line_rows import LineRows
from makegood.runs.planning.parts import Part, Parts
from makegood.runs.planning.reckoning import quantity_in, same_unit
from makegood.runs.planning.upheld import is_upheld, quoted_keys
from makegood.runs.rows import RunRow

if TYPE_CHECKING:
    from uuid import UUID

    from makegood.configuration import Settings
    from makegood.programmes import Measure, Programme


class Redone:
    """Goes over what was done beside a top-up's lines, part by part, as it stood at planning."""

    def __init__(
        self, settings: Settings, run: RunRow, programme: Programme, measure: Measure
    ) -> None:
        self._measure, self._facts = measure, run.snapshot_sha256
        self.month = month_of(run.period)
        done = next(
            (each for each in done_by(programme, measure) if each.month == self.month), None
        )
        found = _before(run, done) if done else []
        self._alike = done.alike if done else frozenset[str]()
        # A claim is of the run that tried to pay it last, which may not be among those that count.
        originals = done.originals if done else ()
        self._approved = Approved([each.run_id for each in originals if pays_claims(each)])
        self._not_done: set[tuple[UUID, str, int]] = set(not_done(found, until=run.planned_at))
        value = "quantity" if self.month else "amount"
        columns = ["line_id", "key", "attempt", "customer_id", "account_id", value]
        self._upheld = {
            each.run_id
            for each in (done.upheld if done else ())
            if each.closed_at is None or each.closed_at <= run.planned_at
        }
        self._quoted = (
            frozenset(quoted_keys(programme.identifier, measure.name))
            if self._upheld
            else frozenset()
        )
        self._runs = [
            (each, LineRows([str(path) for path in item_files(settings, each)], columns))
            for each in found
        ]
        self._parts = Parts()
        self._unknown: set[str] = set()
        self._by_code = choices(RunKind.GRANT, measure) if self.month else {}
        self._applied = _applied(programme, measure) if self.month else frozenset()

    def go_on(self, last: str) -> None:
        """Read what lines up to this one got."""
        self._parts, self._unknown = Parts(), set()
        approved = self._approved.until(last)
        for place, (run, rows) in enumerate(self._runs):
            is_added = run.kind is RunKind.TOP_UP
            facts = "" if is_upheld(run.kind, run.period) else run.snapshot_sha256
            pin = Pin(run.snapshot_sha256, run.programme_sha256)
            counts = not self.month or same_unit(self._measure, run)
            table = rows.until(last)
            columns = (column.to_pylist() for column in table.columns)
            for line, key, attempt, customer, account, value in zip(*columns, strict=True):
                if is_added and (run.run_id not in self._upheld or key in self._quoted):
                    if attempt == 1:
                        self._parts.add(line, facts, customer, value)
                elif (run.run_id, key, attempt) not in self._not_done:
                    own = approved.get(key) if pays_claims(run) else pin
                    if own is None:
                        self._unknown.add(line)
                        continue
                    part = self._parts.part(line, own.facts, customer)
                    part.bring(place, account, value)
                    self._is_due(part, own, value, counts=counts)
        self._parts.settle()

    def _is_due(self, part: Part, pin: Pin, value: int, *, counts: bool) -> None:
        if pin.version in self._alike:
            # What is decided alike is due as it was brought.
            part.settled += value
            return
        part.times += 1
        part.is_open |= not counts

    def lacking(
        self, line: str, customer_id: str | None, code: int, amount: int | None
    ) -> int | None:
        """What a customer lacks of a line by its decision, by the facts of the top-up.

        Minor units, or a quantity where there is a ``month``. None where it cannot be said any
        more: of a claim of the line nobody knows on what it was approved, or the quantity is
        counted in another unit.
        """
        if line in self._unknown:
            return None
        part = self._parts.find(line, self._facts, customer_id)
        if part is None:
            return 0
        if part.is_open:
            return None
        due = self._quantity(line, code) if self.month else (amount or 0)
        return due * part.times + part.settled - part.got

    def goes_to(self, line: str, customer_id: str | None, account_id: str | None) -> bool:
        """Whether the account is that to which the customer got something of the line last."""
        part = self._parts.find(line, self._facts, customer_id)
        return line in self._unknown or part is None or part.account_id == account_id

    def _quantity(self, line: str, code: int) -> int:
        choice = self._by_code.get(code)
        if choice is None or choice.when is If.NEVER:
            return 0
        if choice.when is If.WAITING and line not in self._applied:
            return 0
        return quantity_in(self._measure, self.month)


class Approved:
    """On what the claims of runs were approved, read line by line."""

    def __init__(self, run_ids: list[UUID]) -> None:
        from makegood.redress.claims import items_approved

        self._rest = items_approved(run_ids)

    def until(self, line: str) -> dict[str, Pin]:
        """By key, of lines up to this one that were not given out yet."""
        inside = pc.less_equal(self._rest.column("line_id"), line)
        count = int(pc.sum(inside).as_py() or 0)
        found, self._rest = self._rest.slice(0, count), self._rest.slice(count)
        names = ("key", "snapshot_sha256", "programme_sha256")
        columns = (found.column(name).to_pylist() for name in names)
        return {key: Pin(facts, version) for key, facts, version in zip(*columns, strict=True)}


def _before(run: RunRow, done: Done) -> list[RunRow]:
    """What counted when the top-up was planned."""
    closed = [
        each for each in done.closed if each.closed_at is None or each.closed_at <= run.planned_at
    ]
    added = [
        each
        for each in done.top_ups
        if each.run_id != run.run_id and each.planned_at <= run.planned_at
    ]
    return closed + added


def _applied(programme: Programme, measure: Measure) -> frozenset[str]:
    if measure.section.claim is None:
        return frozenset()
    from makegood.redress.claims import lines_approved

    return lines_approved(programme.identifier, measure.name)
