"""The section about claims: 32 clients apply at once."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING

from bench.measure import run
from bench.table import Result, at_least, number

if TYPE_CHECKING:
    from bench.sections import Sizes

CLIENTS = 32
CLAIMS = 3_200
"""In each round: some seconds, so that a slow moment of the machine hits both of a pair."""


def claims(sizes: Sizes) -> Iterator[Result]:
    """Claims submitted whole, beside bare inserts by the same number of clients; all durable."""
    found = run(
        "claims",
        home=sizes.cache / "claims",
        population=sizes.population(sizes.engine_lines),
        claims=CLAIMS,
        clients=CLIENTS,
        rounds=sizes.runs,
    ).report
    ours, bare = found["claims_seconds"], found["rows_seconds"]
    rate, theirs = CLAIMS / median(ours), CLAIMS / median(bare)
    share = median(b / a for a, b in zip(ours, bare, strict=True))
    name = f"claims submitted by {CLIENTS} clients at once, whole, per second"
    against = f"one bare insert to a transaction, {number(theirs)}/s"
    yield Result(name, rate, "claims/s", against, share, *at_least(1 / 3, share))
    yield Result("the same, 99 of 100 within", found["p99_ms"], "ms")


CLAIMS_SECTIONS = (claims,)
