"""Decisions, items and what was left out are gone over beside each other, part by part."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.kernel import Progress
from makegood.runs.folders import LEFT_OUT, folder_of
from makegood.runs.planning.choosing import LINE_MISSING, OF_MISSING
from makegood.runs.planning.earlier import item_files
from makegood.runs.planning.line_check import ITEM, Item, LineCheck
from makegood.runs.planning.line_rows import LineRows
from makegood.runs.planning.problems import differs

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.decisions import Decisions
    from makegood.population import Snapshot
    from makegood.programmes import Measure, Programme
    from makegood.runs.rows import RunRow

_TO_THE_END = "\U0010ffff"
"""A line after all others."""


class SideBySide:
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
        items = [str(path) for path in item_files(settings, run)]
        self._items = LineRows(items, ["line_id", *ITEM])
        left_out = folder_of(settings, run.run_id) / LEFT_OUT
        self._left = LineRows([str(left_out)], ["line_id", "reason"])
        self._check = LineCheck(settings, run, programme, self._measure)
        self._missing = 0

    def expect_same(self) -> None:
        """Raises MakegoodError MG868 at the first line that is otherwise."""
        done, count = 0, 0
        paths = self._decisions.part_paths()
        for index, path in enumerate(paths):
            table = pq.read_table(path, columns=self._columns(), partitioning=None)
            contracts = self._contracts(index, table.num_rows)
            # Lines that were not decided stand among the others, or after the last of them.
            is_last = index == len(paths) - 1
            last = _TO_THE_END if is_last else table.column("line_id")[-1].as_py()
            items, left = self._items.until(last), self._left.until(last)
            self._check.go_on(last)
            count += items.num_rows
            self._part(table, contracts, items, left)
            done += table.num_rows
            self._progress("check", done, self._decisions.rows)
        is_more = self._items.more() or self._left.more()
        if is_more or count != self._run.items or done + self._missing != self._run.decided:
            raise differs("", "there are items of lines that were not decided")

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
        given = _by_line(items)
        reasons = dict(
            zip(left.column("line_id").to_pylist(), left.column("reason").to_pylist(), strict=True)
        )
        is_twice = len(reasons) != left.num_rows
        if len(given) + len(reasons) != len(lines):
            self._expect_missing((given.keys() | reasons.keys()).difference(lines), given, reasons)
        if is_twice or len(given) + len(reasons) != len(lines):
            raise differs(lines[0], "lines with items and left out are not all decided lines")
        for line, code, amount, contract in zip(lines, codes, amounts, contracts, strict=True):
            if line in given:
                self._check.expect_item(line, code, amount, contract, given[line])
            else:
                self._check.expect_left_out(line, code, amount, reasons.get(line))

    def _expect_missing(
        self,
        lines: Set[str],
        given: dict[str, list[Item]],
        reasons: dict[str, str],
    ) -> None:
        """Lines that were not decided: left out for that, or persons agreed on what they have.

        What is as it must be is taken out of ``given`` and ``reasons``.
        """
        for line in sorted(lines):
            if self._run.kind not in OF_MISSING:
                raise differs(line, "it was not decided")
            if line in given:
                self._check.expect_agreed(line, given.pop(line))
            elif reasons.pop(line) != LINE_MISSING:
                raise differs(line, f"it was not decided, and is not left out as {LINE_MISSING}")
        self._missing += len(lines)


def _by_line(items: pa.Table) -> dict[str, list[Item]]:
    columns = [items.column(name).to_pylist() for name in ("line_id", *ITEM)]
    found: dict[str, list[Item]] = {}
    for line, *values in zip(*columns, strict=True):
        found.setdefault(line, []).append(tuple(values))
    return found
