"""Two programmes side by side in one SELECT: the groups of lines that they treat differently."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.decisions.duckdb_engine import base_relations
from makegood.decisions.job import Job, parquet_relation, source_sql
from makegood.decisions.select import Selection, Steps
from makegood.decisions.trees import amount_column
from makegood.population import LINE_ID, Part
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
        """Whether the amount falls (-1), stays (0) or rises (1), for lines granted in both."""
        if "NULL" in (self.old_amount, self.new_amount):
            return "0"
        return f"coalesce(sign({self.new_amount} - {self.old_amount}), 0)"

    @property
    def changed(self) -> str:
        """The condition that the versions differ."""
        plain = f"{self.old} IS DISTINCT FROM {self.new}"
        return plain if self.sign == "0" else f"({plain} OR {self.sign} <> 0)"


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


def changes_sql(before: Job, after: Job, part: Part) -> str:
    """A SELECT of the groups of changed lines of a part.

    Columns: lines, first and last line, then per measure old code, new code, sign of the change of
    its amount, and the sums of the old and the new amounts.
    """
    relation = parquet_relation([before.snapshot.folder / part.file])
    relation = source_sql(before, relation, base_relations(before, part), DUCKDB, OLD)
    inner = relation.rsplit(" AS given", 1)[0]
    relation = source_sql(after, inner, base_relations(after, part), DUCKDB, NEW)
    steps = Steps(relation)
    old = Selection(before.trees, DUCKDB, OLD).add_to(steps)
    new = Selection(after.trees, DUCKDB, NEW).add_to(steps)
    decided = f"(SELECT {LINE_ID}, {', '.join([*old, *new])} FROM {steps.relation}) AS decided"
    compared = pairs(before, after)
    columns = ["count(*)", f"min({LINE_ID})", f"max({LINE_ID})"]
    keys = []
    for pair in compared:
        sums = [f"sum({pair.old_amount})", f"sum({pair.new_amount})"]
        columns += [pair.old, pair.new, pair.sign, *sums]
        keys += [key for key in (pair.old, pair.new, pair.sign) if key not in ("NULL", "0")]
    changed = " OR ".join(pair.changed for pair in compared)
    return f"SELECT {', '.join(columns)} FROM {decided} WHERE {changed} GROUP BY {', '.join(keys)}"
