"""Two programmes side by side in one SELECT: the groups of lines that they treat differently."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.decisions.duckdb_engine import LINES_VIEW, base_views
from makegood.decisions.job import Job, source_sql
from makegood.decisions.outcome import AUTOMATIC, EXCLUDED_FIRST, WITH_DOCUMENT, Meaning
from makegood.decisions.select import Selection, Steps
from makegood.decisions.trees import amount_column
from makegood.population import LINE_ID
from makegood.rules import DUCKDB

OLD, NEW = "old:", "new:"


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure's columns in both versions; NULL where a version does not have them."""

    name: str
    old: str = "NULL"
    new: str = "NULL"
    old_amount: str = "NULL"
    new_amount: str = "NULL"

    @property
    def sign(self) -> str:
        """Whether the amount falls (-1), stays (0) or rises (1), for lines granted in both.

        No amount counts as 0: a refund that becomes a grant of something else falls.
        """
        if self.old_amount == self.new_amount == "NULL" or "NULL" in (self.old, self.new):
            return "0"
        codes = f"BETWEEN {AUTOMATIC} AND {WITH_DOCUMENT}"
        both = f"{self.old} {codes} AND {self.new} {codes}"
        change = f"coalesce({self.new_amount}, 0) - coalesce({self.old_amount}, 0)"
        return f"CASE WHEN {both} THEN sign({change}) ELSE 0 END"

    @property
    def changed(self) -> str:
        """The condition that the versions differ."""
        plain = f"{self.old} IS DISTINCT FROM {self.new}"
        return plain if self.sign == "0" else f"({plain} OR {self.sign} <> 0)"


Reasons = dict[str, dict[str, int]]
"""By measure and exclusion a number, the same in both versions."""


def shared_reasons(before: Job, after: Job) -> Reasons:
    """Numbers for the exclusions of both versions, those of the old being its codes.

    A code counts exclusions in their order, so that one put before others moves their codes; here
    the same reason has the same number in both, and another reason another.
    """
    found: Reasons = {}
    for tree in (*before.trees.measures, *after.trees.measures):
        numbers = found.setdefault(tree.name, {})
        for exclusion in tree.measure.exclusions:
            numbers.setdefault(exclusion.name, EXCLUDED_FIRST + len(numbers))
    return found


def numbered_meanings(job: Job, reasons: Reasons) -> dict[str, dict[int, Meaning]]:
    """By measure the meanings of a version's decisions, by their shared number."""
    return {
        tree.name: {
            reasons[tree.name].get(meaning.reason, code): meaning
            for code, meaning in tree.meanings.items()
        }
        for tree in job.trees.measures
    }


def _renumbered(after: Job, reasons: Reasons) -> str:
    """The new version's columns with shared numbers in place of its codes, as ``* REPLACE``."""
    columns = []
    for tree in after.trees.measures:
        name, numbers = f'"{NEW}{tree.name}"', reasons[tree.name]
        codes = enumerate((e.name for e in tree.measure.exclusions), EXCLUDED_FIRST)
        moved = [(code, numbers[key]) for code, key in codes if numbers[key] != code]
        if moved:
            cases = " ".join(f"WHEN {code} THEN {number}" for code, number in moved)
            columns.append(f"CASE {name} {cases} ELSE {name} END AS {name}")
    return f"* REPLACE ({', '.join(columns)})" if columns else "*"


def pairs(before: Job, after: Job) -> list[Pair]:
    """The measures of both versions, those of the old first."""
    old = {tree.name: tree.amount is not None for tree in before.trees.measures}
    new = {tree.name: tree.amount is not None for tree in after.trees.measures}
    return [
        Pair(
            name,
            f'"{OLD}{name}"' if name in old else "NULL",
            f'"{NEW}{name}"' if name in new else "NULL",
            f'"{OLD}{amount_column(name)}"' if old.get(name) else "NULL",
            f'"{NEW}{amount_column(name)}"' if new.get(name) else "NULL",
        )
        for name in {**old, **new}
    ]


def changes_sql(before: Job, after: Job) -> str:
    """A SELECT of the groups of changed lines of the part looked at.

    Columns: lines, first and last line, then per measure old and new number, sign of the change of
    its amount, and the sums of the old and the new amounts.
    """
    old_bases = {name: f'"{view}"' for name, view in base_views(before, OLD).items()}
    new_bases = {name: f'"{view}"' for name, view in base_views(after, NEW).items()}
    relation = source_sql(before, LINES_VIEW, old_bases, DUCKDB, OLD)
    inner = relation.rsplit(" AS given", 1)[0]
    relation = source_sql(after, inner, new_bases, DUCKDB, NEW)
    steps = Steps(relation)
    old = Selection(before.trees, DUCKDB, OLD).add_to(steps)
    new = Selection(after.trees, DUCKDB, NEW).add_to(steps)
    decided = f"(SELECT {LINE_ID}, {', '.join([*old, *new])} FROM {steps.relation}) AS decided"
    columns_shared = _renumbered(after, shared_reasons(before, after))
    decided = f"(SELECT {columns_shared} FROM {decided}) AS numbered"
    compared = pairs(before, after)
    columns = ["count(*)", f"min({LINE_ID})", f"max({LINE_ID})"]
    keys = []
    for pair in compared:
        sums = [f"sum({pair.old_amount})", f"sum({pair.new_amount})"]
        columns += [pair.old, pair.new, pair.sign, *sums]
        keys += [key for key in (pair.old, pair.new, pair.sign) if key not in ("NULL", "0")]
    changed = " OR ".join(pair.changed for pair in compared)
    return f"SELECT {', '.join(columns)} FROM {decided} WHERE {changed} GROUP BY {', '.join(keys)}"
