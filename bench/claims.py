"""The section about claims: 32 clients apply at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import in_turn, middle, ratio, run
from bench.table import Result, at_least, number

if TYPE_CHECKING:
    from bench.sections import Sizes

CLIENTS = 32
CLAIMS = 16_000


def claims(sizes: Sizes) -> Iterator[Result]:
    """Claims submitted whole, beside bare inserts by the same number of clients; all durable."""
    count = min(CLAIMS, sizes.engine_lines)
    given = {
        "home": sizes.cache / "claims",
        "population": sizes.population(sizes.engine_lines),
        "claims": count,
        "clients": CLIENTS,
    }
    ours, bare = in_turn(
        sizes.runs,
        partial(run, "claims", way="claims", **given),
        partial(run, "claims", way="rows", **given),
    )
    rate, theirs = count / middle(ours), count / middle(bare)
    share = 1 / ratio(ours, bare)
    name = f"claims submitted by {CLIENTS} clients at once, whole, per second"
    against = f"one bare insert to a transaction, {number(theirs)}/s"
    yield Result(name, rate, "claims/s", against, share, *at_least(1 / 3, share))
    slow = middle(ours, lambda each: float(each.report["p99_ms"]))
    yield Result("the same, 99 of 100 within", slow, "ms")


CLAIMS_SECTIONS = (claims,)
