"""The items of a run are made again from proved decisions, line by line, without any engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.kernel import Finding, MakegoodError, Progress, pay_once_key
from makegood.runs.folders import LEFT_OUT, folder_of, sha256_of_file
from makegood.runs.kinds import RunKind
from makegood.runs.planning.choosing import ALREADY, APPLIED, NO_AMOUNT, WITH_MONEY, If, choices
from makegood.runs.planning.due import START
from makegood.runs.planning.earlier import family_runs, item_files
from makegood.runs.planning.manifest import read_manifest
from makegood.runs.planning.plan import quantity_of
from makegood.runs.planning.problems import SHORT, damaged
from makegood.runs.planning.rewaiting import waited
from makegood.runs.planning.verified import expect_proved
from makegood.runs.rows import shards_of
from makegood.runs.shipments import expect_all_unchanged

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.population import Snapshot
    from makegood.programmes import Measure, Programme
    from makegood.runs.rows import RunRow

_BY_CLAIMS = frozenset({RunKind.PAY_OUT})
"""Kinds whose amounts are those of claims: they are held against decisions apart."""

_CLAIMED = frozenset({RunKind.PAY_OUT, RunKind.COVER})
"""Kinds whose items are claims, or may be."""

_RARE = frozenset({NO_AMOUNT})
_ITEM = ("key", "amount", "attempt", "quantity", "customer_id", "account_id")
_NUMBERS = {"amount": pa.int64(), "quantity": pa.int64(), "attempt": pa.int16()}


def recheck(settings: Settings, run: RunRow, progress: Progress) -> None:
    """Raises MakegoodError with the first thing that is not as it must be.

    MG866 and MG873 for files that were changed, MG611 to MG615 for decisions, MG868 for an item
    that the decisions do not say, or one that lacks.
    """
    folder = folder_of(settings, run.run_id)
    manifest = read_manifest(folder, run.run_id)
    expect_all_unchanged(settings, run, shards_of(run.run_id))
    if run.follows is not None:
        _expect_followed(settings, run)
        return
    if sha256_of_file(folder / LEFT_OUT) != manifest["left_out"]["sha256"]:
        raise damaged(run.run_id, f"{LEFT_OUT} was changed after it was written")
    decisions = _decisions(settings, run, manifest["decisions"])
    expect_proved(decisions, progress)
    programme = _programme(decisions)
    if run.measure:
        _Again(settings, run, programme, decisions, progress).expect_same()
    if run.kind in _BY_CLAIMS and run.items:
        from makegood.runs.planning.claimed import expect_amounts

        expect_amounts(settings, run, programme, decisions, progress)


def _decisions(settings: Settings, run: RunRow, name: str) -> Decisions:
    from makegood.decisions import open_decisions

    decisions = open_decisions(settings.decisions_folder / name)
    if decisions.content_sha256 != run.decisions_sha256:
        raise damaged(run.run_id, f"the decisions in {name} are not those it was planned from")
    return decisions


def _programme(decisions: Decisions) -> Programme:
    """The programme as it was decided with, read from its copy; the same text only once."""
    text = decisions.programme_copy.read_text(encoding="utf-8")
    return _loaded(text, str(decisions.programme_copy))


@lru_cache(maxsize=8)
def _loaded(text: str, file: str) -> Programme:
    from makegood.programmes import load_text

    return load_text(text, file)


class _Again:
    """Goes over decisions, items and left out side by side: all three stand in order of lines."""

    def __init__(
        self,
        settings: Settings,
        run: RunRow,
        programme: Programme,
        decisions: Decisions,
        progress: Progress,
    ) -> None:
        self._run, self._programme, self._decisions = run, programme, decisions
        self._measure: Measure = programme.measures[run.measure]
        self._progress = progress
        self._items = _Rows(
            [str(path) for path in item_files(settings, run)],
            ["line_id", *_ITEM],
        )
        self._waited = waited(run, has_claim=self._measure.section.claim is not None)
        self._quantity = quantity_of(run.kind, self._measure)
        self._held = _Held(settings, run, run.period)
        self._started = _Held(settings, run, START) if run.kind is RunKind.UPLIFT_END else None
        left_out = folder_of(settings, run.run_id) / LEFT_OUT
        self._left = _Rows([str(left_out)], ["line_id", "reason"])
        self._choices = choices(run.kind, self._measure)

    def expect_same(self) -> None:
        """Raises MakegoodError MG868 at the first line that is otherwise."""
        done, count = 0, 0
        for index, path in enumerate(self._decisions.part_paths()):
            table = pq.read_table(path, columns=self._columns(), partitioning=None)
            contracts = self._contracts(index, table.num_rows)
            last = table.column("line_id")[-1].as_py()
            items, left = self._items.until(last), self._left.until(last)
            self._held.go_on(last)
            if self._started is not None:
                self._started.go_on(last)
            count += items.num_rows
            self._part(table, contracts, items, left)
            done += table.num_rows
            self._progress("check", done, self._decisions.rows)
        if count != self._run.items or self._items.more() or self._left.more():
            raise _differs("", "there are items of lines that were not decided")

    def _columns(self) -> list[str]:
        from makegood.decisions import amount_column

        own = [amount_column(self._measure.name)] if self._measure.amount is not None else []
        return ["line_id", self._measure.name, *own]

    def _contracts(self, index: int, rows: int) -> list[Any]:
        name = self._programme.section.contract
        if name is None:
            return [None] * rows
        from makegood.population import open_snapshot

        snapshot: Snapshot = open_snapshot(self._decisions.population_path)
        path = snapshot.part_paths()[index]
        values: list[Any] = (
            pq.read_table(path, columns=[name], partitioning=None).column(0).to_pylist()
        )
        return values

    def _part(self, table: pa.Table, contracts: list[Any], items: pa.Table, left: pa.Table) -> None:
        lines = table.column("line_id").to_pylist()
        codes = table.column(self._measure.name).to_pylist()
        amounts = table.column(2).to_pylist() if table.num_columns > 2 else [None] * len(lines)  # noqa: PLR2004
        given = _by_line(items, _ITEM)
        reasons = dict(
            zip(left.column("line_id").to_pylist(), left.column("reason").to_pylist(), strict=True)
        )
        if len(reasons) != left.num_rows or len(given) + len(reasons) != len(lines):
            raise _differs(lines[0], "lines with items and left out are not all decided lines")
        for line, code, amount, contract in zip(lines, codes, amounts, contracts, strict=True):
            if line in given:
                self._expect_item(line, code, amount, contract, given[line])
            else:
                self._expect_left_out(line, code, amount, reasons.get(line))

    def _expect_item(
        self,
        line: str,
        code: int,
        amount: int | None,
        contract: object,
        items: list[tuple[Any, ...]],
    ) -> None:
        choice = self._choices.get(code)
        run = self._run
        if choice is None or choice.when is If.NEVER:
            raise _differs(line, f"it has an item, but its decision is {code}")
        for item in items:
            self._expect_own(line, item, is_waiting=choice.when is If.WAITING)
        if choice.when is If.NOT_WAITING and line in self._waited.applied:
            raise _differs(line, "it has an item, but somebody had applied")
        if choice.when is If.WAITING and run.kind in _BY_CLAIMS | {RunKind.TOP_UP}:
            return  # what waits brought its own key and amount
        due = (amount or 0) if run.kind in WITH_MONEY else 0
        key = pay_once_key(run.programme, run.measure, line, _text(contract), run.period)
        if len(items) != 1 or items[0][1] != due:
            raise _differs(line, f"the item's amount is {items[0][1]}, but {due} is due")
        if items[0][0] != key and choice.when is not If.WAITING:
            raise _differs(line, "the item's key is not the line's")

    def _expect_own(self, line: str, item: tuple[Any, ...], *, is_waiting: bool) -> None:
        """What an item says beside its amount, and that no earlier run has it."""
        key, amount, attempt, quantity, customer, account = item
        if quantity != self._quantity:
            raise _differs(line, f"the item's quantity is {quantity}, not {self._quantity}")
        if (holder := self._held.has(key, attempt)) is not None:
            raise _differs(line, f"run {holder} has the item already")
        kind = self._run.kind
        if kind in _CLAIMED and (is_waiting or key in self._waited.claims):
            found = self._waited.claims.get(key)
            if found is None:
                raise _differs(line, "no claim of it is being paid by this run")
            if found != (line, amount, customer, account):
                raise _differs(line, "the item is not what its claim says")
        if is_waiting and self._waited.lines is not None and line not in self._waited.lines:
            raise _differs(line, "it has an item, but nothing waited for it")
        if self._started is not None and is_waiting and not self._started.holders(line):
            raise _differs(line, "it has an item, but nothing was begun for it")

    def _expect_left_out(
        self, line: str, code: int, amount: int | None, reason: str | None
    ) -> None:
        choice = self._choices.get(code)
        if reason is None:
            raise _differs(line, "it has neither an item nor a reason")
        if reason.startswith(ALREADY):
            if reason.removeprefix(ALREADY) not in self._held.holders(line):
                raise _differs(line, f"it was left out as {reason}, which has no item of it")
            return
        if reason in _RARE:
            if self._run.kind in WITH_MONEY and (
                not amount or (choice is not None and choice.when is If.WAITING)
            ):
                return
            raise _differs(line, f"it was left out as {reason}, but {amount} is due")
        expected = choice.reason if choice else "undetermined"
        is_always = choice is not None and choice.when is If.NOT_WAITING and reason == APPLIED
        if is_always and self._waited.ever is not None and line not in self._waited.ever:
            raise _differs(line, "it was left out as applied, but nobody ever did")
        begun = self._started is not None and bool(self._started.holders(line))
        if begun and reason == "not_started":
            raise _differs(line, "it was left out, but something was begun for it")
        if choice is not None and choice.when is If.ALWAYS:
            raise _differs(line, f"it was left out as {reason}, but its decision is {code}")
        if reason != expected:
            raise _differs(line, f"it was left out as {reason}, but the reason is {expected}")


class _Held:
    """The items of a family's earlier runs, by key and by line, part by part."""

    def __init__(self, settings: Settings, run: RunRow, period: str) -> None:
        found = family_runs(run.programme, run.measure, period)
        own = period == run.period
        self._runs = [
            (
                str(each.run_id)[:SHORT],
                each.state == "cancelled",
                _Rows(
                    [str(path) for path in item_files(settings, each)],
                    ["line_id", "key", "attempt"],
                ),
            )
            for each in found
            if each.items and (each.sequence < run.sequence if own else each.state != "cancelled")
        ]
        self._by_key: dict[str, tuple[int, str]] = {}
        self._by_line: dict[str, set[str]] = {}

    def go_on(self, last: str) -> None:
        """Read the items of the next part, whose last line is this."""
        self._by_key, self._by_line = {}, {}
        for name, is_cancelled, rows in self._runs:
            table = rows.until(last)
            columns = (column.to_pylist() for column in table.columns)
            for line, key, attempt in zip(*columns, strict=True):
                # One that was cancelled since may still be why another was left out.
                self._by_line.setdefault(line, set()).add(name)
                if not is_cancelled:
                    self._by_key[key] = max(self._by_key.get(key, (0, "")), (attempt, name))

    def has(self, key: str, attempt: int) -> str | None:
        """The run that has this attempt of a key, or a later one; None where none has."""
        held, name = self._by_key.get(key, (0, ""))
        return name if held >= attempt else None

    def holders(self, line: str) -> set[str]:
        """The runs that have an item of a line, by the start of their identifiers."""
        return self._by_line.get(line, set())


class _Rows:
    """Rows of files that stand in order of lines, given out up to a line at a time."""

    def __init__(self, files: list[str], columns: list[str]) -> None:
        self._batches = self._read(files, columns)
        self._schema = pa.schema(
            [pa.field(name, _NUMBERS.get(name, pa.string())) for name in columns]
        )
        self._rest: pa.Table = self._schema.empty_table()

    @staticmethod
    def _read(files: list[str], columns: list[str]) -> Iterator[pa.RecordBatch]:
        for file in files:
            with pq.ParquetFile(file) as opened:
                yield from opened.iter_batches(122_880, columns=columns)

    def until(self, line: str) -> pa.Table:
        """The rows of lines up to this one, in order, that were not given out yet."""
        found = []
        while True:
            if self._rest.num_rows == 0:
                batch = next(self._batches, None)
                if batch is None:
                    break
                self._rest = pa.Table.from_batches([batch]).cast(self._schema)
                continue
            inside = pc.less_equal(self._rest.column("line_id"), line)
            count = int(pc.sum(inside).as_py() or 0)
            found.append(self._rest.slice(0, count))
            self._rest = self._rest.slice(count)
            if self._rest.num_rows:
                break
        return pa.concat_tables(found) if found else self._schema.empty_table()

    def more(self) -> bool:
        """Whether rows are left."""
        return self._rest.num_rows > 0 or next(self._batches, None) is not None


def _by_line(items: pa.Table, names: tuple[str, ...]) -> Mapping[str, list[tuple[Any, ...]]]:
    columns = [items.column(name).to_pylist() for name in ("line_id", *names)]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for line, *values in zip(*columns, strict=True):
        found.setdefault(line, []).append(tuple(values))
    return found


def _text(contract: object) -> str:
    if contract is None:
        return ""
    if isinstance(contract, bool):
        return "true" if contract else "false"
    return contract.isoformat() if isinstance(contract, date) else str(contract)


def _expect_followed(settings: Settings, run: RunRow) -> None:
    """MG868: an item of a follow-up that is not one of the run before, with the next attempt."""
    from makegood.runs.rows import run_of, select

    if run.follows is None:
        return
    # A claim has an amount of its own, which two persons may have made better since.
    taken = {
        row[0]: (row[1] + 1, row[2])
        for row in select(
            "SELECT item_key, was.attempt, coalesce(begun.amount, was.amount)"
            " FROM runs_exception AS was LEFT JOIN claims_payment AS begun"
            " ON begun.run_id = was.taken_by AND begun.key = was.item_key"
            " WHERE was.run_id = %s AND was.taken_by = %s",
            [run_of(run.follows).run_id, run.run_id],
        )
    }
    seen = 0
    for path in item_files(settings, run):
        table = pq.read_table(path, columns=["line_id", "key", "attempt", "amount"])
        for line, key, attempt, amount in zip(
            *(column.to_pylist() for column in table.columns), strict=True
        ):
            seen += 1
            if taken.get(key) != (attempt, amount):
                raise _differs(line, "it is not what failed or was returned")
    if seen != len(taken):
        raise _differs("", f"{len(taken):,} items failed or were returned, {seen:,} follow")


def _differs(line: str, what: str) -> MakegoodError:
    message = f"line {line}: {what}" if line else what
    hint = "nothing of it may leave; 'makegood verify' the decisions, then plan it again"
    return MakegoodError(Finding("MG868", message, hint))
