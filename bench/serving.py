"""The section about the serving copy: loaded, changed in place, asked for one line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import Run, in_turn, middle, run
from bench.table import Result, at_least, at_most, number

if TYPE_CHECKING:
    from bench.sections import Sizes

CHANGED_SHARE = 0.05
DECISIONS = 2_000


def serving(sizes: Sizes) -> Iterator[Result]:
    """A snapshot loaded as the serving copy beside COPY of the very same rows; both keyed."""
    population = sizes.population(sizes.engine_lines)
    (found,) = in_turn(
        sizes.runs,
        partial(
            run,
            "serving",
            home=sizes.cache / "serving",
            population=population,
            decisions=DECISIONS,
            changed=CHANGED_SHARE,
        ),
    )
    rows = int(found[0].report["rows"])
    rate, theirs = rows / middle(found), rows / middle(found, _copy_seconds)
    share = middle(found, lambda each: _copy_seconds(each) / float(each.report["seconds"]))
    name = f"serving copy of {rows:,} lines loaded, key included, rows per second"
    against = f"plain COPY, {number(theirs)} rows/s"
    yield Result(name, rate, "rows/s", against, share, *at_least(0.6, share))
    seconds = middle(found, lambda each: float(each.report["changed_seconds"]))
    whole = middle(found, lambda each: float(each.report["whole_seconds"]))
    name = f"the same, {CHANGED_SHARE:.0%} of the lines changed, registered and brought in"
    against = f"loaded whole, {number(whole)} s"
    yield Result(name, seconds, "s", against, whole / seconds)
    one = middle(found, lambda each: float(each.report["decision_p50_ms"]))
    yield Result(
        "one line decided from the serving copy, median", one, "ms", None, None, *at_most(10, one)
    )
    slow = middle(found, lambda each: float(each.report["decision_p99_ms"]))
    yield Result("one line decided from the serving copy, 99 of 100 within", slow, "ms")


SERVING_SECTIONS = (serving,)


def _copy_seconds(each: Run) -> float:
    return float(each.report["copy_seconds"])
