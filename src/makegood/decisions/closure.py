"""Closed: for every measure the dispositions' counts sum to the snapshot's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from makegood.decisions.job import Job
from makegood.decisions.manifest import Count, Lacking, MeasureCounts
from makegood.decisions.outcome import UNDETERMINED, Disposition
from makegood.decisions.settle import Settled
from makegood.decisions.trees import MeasureTrees
from makegood.kernel import Finding, MakegoodError


def closed_counts(job: Job, parts: Sequence[Settled]) -> dict[str, MeasureCounts]:
    """The counts of all measures. Raises MakegoodError MG607 where one is not closed."""
    lines: Counter[tuple[str, int]] = sum((p.lines for p in parts), Counter())
    amounts: Counter[tuple[str, int]] = Counter()
    lacking: Counter[tuple[str, int]] = sum((p.lacking for p in parts), Counter())
    for part in parts:
        amounts.update(part.amounts)
    found = {t.name: _measure(job, t, lines, amounts, lacking) for t in job.trees.measures}
    problems = [p for t in job.trees.measures for p in _problems(job, t, found[t.name], lines)]
    if problems:
        raise MakegoodError(problems)
    return found


def _measure(
    job: Job,
    tree: MeasureTrees,
    lines: Counter[tuple[str, int]],
    amounts: Counter[tuple[str, int]],
    lacking: Counter[tuple[str, int]],
) -> MeasureCounts:
    counts = []
    for code, meaning in tree.meanings.items():
        money = tree.amount is not None and meaning.disposition is Disposition.GRANTED
        amount = amounts[tree.name, code] if money else None
        counted = lines[tree.name, code]
        counts.append(
            Count(code, meaning.disposition, counted, amount, meaning.way, meaning.reason)
        )
    masks = sorted(
        ((mask, n) for (name, mask), n in lacking.items() if name == tree.name),
        key=lambda pair: (-pair[1], pair[0]),
    )
    missing = tuple(Lacking(job.trees.names_in(mask), n) for mask, n in masks)
    return MeasureCounts(tree.name, tree.measure.kind, tuple(counts), missing)


def _problems(
    job: Job, tree: MeasureTrees, counts: MeasureCounts, lines: Counter[tuple[str, int]]
) -> list[Finding]:
    known = set(tree.meanings)
    strange = {code: n for (name, code), n in lines.items() if name == tree.name}
    strange = {code: n for code, n in strange.items() if code not in known}
    rows = job.snapshot.rows
    hint = "the result was refused: it is not closed"
    problems = []
    if strange:
        message = f"'{tree.name}' has decisions that mean nothing: {strange}"
        problems.append(Finding("MG607", message, hint))
    if counts.lines != rows:
        message = f"'{tree.name}' decides {counts.lines:,} of {rows:,} lines"
        problems.append(Finding("MG607", message, hint))
    undetermined = lines[tree.name, UNDETERMINED]
    if tree.missing_facts() and sum(lack.lines for lack in counts.lacking) != undetermined:
        message = f"'{tree.name}' leaves lines undetermined without naming what is missing"
        problems.append(Finding("MG607", message, hint))
    return problems
