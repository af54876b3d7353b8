"""The sections about trust: the log, the policies, the vault."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from bench.measure import Run, in_turn, middle, ratio, run
from bench.table import Result, at_least, at_most, number

if TYPE_CHECKING:
    from bench.sections import Sizes

CLIENTS = 4


def log(sizes: Sizes) -> Iterator[Result]:
    """Entries of the audit log beside bare rows of the same size, all of it durable."""
    home = sizes.cache / "log"
    entries = sizes.log_entries
    for each, title in ((1, "an entry to a transaction"), (100, "100 entries to a transaction")):
        given = {"home": home, "entries": entries, "clients": CLIENTS, "each": each}
        ours, bare = in_turn(
            sizes.runs,
            partial(run, "log", way="entries", **given),
            partial(run, "log", way="rows", **given),
        )
        rate, theirs = entries / middle(ours), entries / middle(bare)
        name = f"entries per second, {CLIENTS} clients, {title}, places given meanwhile"
        against = f"{number(theirs)} bare rows/s"
        yield Result(
            name, rate, "entries/s", against, 1 / ratio(ours, bare), *at_least(2_000, rate)
        )
    speed = entries / middle(ours, _verify_seconds)
    yield Result("audit verify, every payload hashed again", speed, "entries/s")


def waiting(sizes: Sizes) -> Iterator[Result]:
    """What an append takes while another transaction that has appended stays open."""
    given = {"home": sizes.cache / "waiting", "entries": sizes.log_entries // 2}
    beside, alone = in_turn(
        sizes.runs,
        partial(run, "waiting", held=True, **given),
        partial(run, "waiting", held=False, **given),
    )
    times = ratio(beside, alone, _p50_ms)
    name = "an append, median, beside an open transaction that has appended"
    against = f"without it, {number(middle(alone, _p50_ms))} ms"
    yield Result(name, middle(beside, _p50_ms), "ms", against, times, *at_most(1.5, times))
    name = "an append, 99 of 100 within, beside an open transaction that has appended"
    against = f"without it, {number(middle(alone, _p99_ms))} ms"
    times = ratio(beside, alone, _p99_ms)
    yield Result(name, middle(beside, _p99_ms), "ms", against, times)


def policy(sizes: Sizes) -> Iterator[Result]:
    """A decision by the policies, over all cases of their table."""
    (found,) = in_turn(sizes.runs, partial(run, "policy", decisions=sizes.policy_decisions))
    middle_of = middle(found, lambda each: float(each.report["microseconds"]))
    name = f"a policy decision, median over {found[0].report['cases']} cases"
    yield Result(name, middle_of, "µs", None, None, *at_most(300, middle_of))
    slow = middle(found, lambda each: float(each.report["p99_microseconds"]))
    yield Result("a policy decision, 99 of 100 within", slow, "µs")


def contacts(sizes: Sizes) -> Iterator[Result]:
    """Contact data loaded beside its floor: the same Tink calls, and COPY, alone."""
    found = [
        run("contacts", people=sizes.people, folder=sizes.cache / "contacts")
        for _ in range(sizes.contacts_runs)
    ]
    load = median(each.report["load"]["seconds"] for each in found)
    floor = median(each.report["floor"]["seconds"] for each in found)
    share = median(
        each.report["floor"]["seconds"] / each.report["load"]["seconds"] for each in found
    )
    name = f"contact data of {sizes.people:,} people loaded, people per second"
    against = f"floor, {number(sizes.people / floor)} people/s"
    yield Result(name, sizes.people / load, "people/s", against, share, *at_least(0.5, share))
    rotation = median(each.report["rotation"]["seconds"] for each in found)
    name = "the same, keys rotated: people sealed again per second"
    yield Result(name, sizes.people / rotation, "people/s")


TRUST_SECTIONS = (log, waiting, policy, contacts)


def _verify_seconds(each: Run) -> float:
    return float(each.report["verify_seconds"])


def _p50_ms(each: Run) -> float:
    return float(each.report["p50_ms"])


def _p99_ms(each: Run) -> float:
    return float(each.report["p99_ms"])
