"""The section about runs: a month's grant through files, from its decisions to its closing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import Run, in_turn, middle, run
from bench.table import Result, at_most, number

if TYPE_CHECKING:
    from bench.sections import Sizes

TIMES_MAX = 3.0


def grant_run(sizes: Sizes) -> Iterator[Result]:
    """A grant run from decisions to closed, beside DuckDB writing and reading the same files."""
    population, home = sizes.population(sizes.run_lines), sizes.cache / "runs"
    shutil.rmtree(home, ignore_errors=True)
    (found,) = in_turn(sizes.runs, partial(run, "grant_run", home=home, population=population))
    items = int(found[0].report["items"])
    seconds, floor = middle(found), middle(found, _floor)
    times = middle(found, lambda each: float(each.report["seconds"]) / _floor(each))
    yield Result(
        f"grant run of {items:,} items, planned, sent, answered and closed",
        seconds,
        "s",
        f"DuckDB writes the same rows as CSV and reads the answers, {number(floor)} s",
        times,
        *at_most(TIMES_MAX, times),
    )
    check = middle(found, lambda each: float(each.report["check_seconds"]))
    yield Result(
        "the same run made again by the second engine, every decision and item", check, "s"
    )


RUNS_SECTIONS = (grant_run,)


def _floor(each: Run) -> float:
    return float(each.report["floor_seconds"])
