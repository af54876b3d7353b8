"""The section about customers' pages: cards beside a bare page, and twice as many as may enter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.measure import run
from bench.table import Result, at_least, at_most, number

if TYPE_CHECKING:
    from bench.sections import Sizes

PROCESSES = 2
LINES = 200_000


def pages(sizes: Sizes) -> Iterator[Result]:
    """The page of cards after sign-in beside a bare view; half its load; a crowd at the gate."""
    found = run(
        "pages",
        home=sizes.cache / "pages",
        population=sizes.population(LINES),
        customers=sizes.page_customers,
        seconds=sizes.page_seconds,
        processes=PROCESSES,
        runs=sizes.runs,
        crowd=sizes.crowd_seconds,
    ).report
    name = f"page of cards after sign-in, {found['customers']:,} customers, requests per second"
    for peer, behind in (("site", "behind the same middleware"), ("bare", "behind none at all")):
        times, cost = found[f"ratio_{peer}"], found["client_microseconds"]
        against = (
            f"{number(found[peer])}/s; the client's own {number(cost['ours'])} and"
            f" {number(cost[peer])} µs a request are within"
        )
        beside = f"{name}, beside a bare Django view with one query {behind}"
        yield Result(beside, found["ours"], "requests/s", against, times, *at_least(1 / 3, times))
    name = "the same page when it is looked at first, which keeps a quote"
    yield Result(name, found["first"], "requests/s")
    slow = found["p99_ms"]
    name = "the same at half that load, 99 of 100 within"
    yield Result(name, slow, "ms", f"half of them {number(found['p50_ms'])} ms", None,
                 *at_most(250, slow))  # fmt: skip
    yield from _crowd(found)


def _crowd(found: dict[str, float]) -> Iterator[Result]:
    limit, twice, alone = found["limit"], found["twice_p95_ms"], found["alone_p95_ms"]
    # A row is replaced by its name: the limit, which is another each time, is none of it.
    name = "twice the measured limit at the gate: pages inside, 95 of 100 within"
    against = f"as many as the limit of {limit:,}, {number(alone)} ms"
    yield Result(name, twice, "ms", against, twice / alone, *at_most(2, twice / alone))
    failures = sum(found["failures"].values())  # type: ignore[attr-defined]
    yield Result(
        "the same: answers that failed or never came",
        failures,
        "",
        None,
        None,
        *at_most(0, failures),
    )
    lost = found["claims_lost"]
    against = f"{found['sent']:,} sent, {found['receipts']:,} receipts shown"
    yield Result("the same: claims lost", lost, "", against, None, *at_most(0, lost))
    yield Result("the same: a page of the queue, 95 of 100 within", found["queue_p95_ms"], "ms")


PAGES_SECTIONS = (pages,)
