"""What is measured, section by section: each gives results, and stops where answers differ."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from bench.bank import BANK_SECTIONS
from bench.claims import CLAIMS_SECTIONS
from bench.measure import ROOT, Run, in_turn, middle, ratio, run
from bench.pages import PAGES_SECTIONS
from bench.runs import RUNS_SECTIONS
from bench.serving import SERVING_SECTIONS
from bench.table import Result, at_least, at_most, number
from bench.trust import TRUST_SECTIONS

PROGRAMME = ROOT / "programmes" / "kt-2025" / "programme.yaml"
WAYS = ("one file", "one file, any order", "a file for each part", "parts side by side")


@dataclass(frozen=True)
class Sizes:
    """How many lines each section works on, and how often."""

    lines: int
    growth_lines: int
    engine_lines: int
    zen_lines: int
    cel_lines: int
    one_lines: int
    run_lines: int
    log_entries: int
    policy_decisions: int
    people: int
    contacts_runs: int
    page_customers: int
    page_seconds: float
    crowd_seconds: int
    runs: int
    cache: Path

    @property
    def kept(self) -> Path:
        """Where our decisions of the last run stand."""
        return self.cache / "decisions"

    def population(self, lines: int) -> Path:
        """A population of so many lines, made when it is first asked for, and anew when it must."""
        inputs = b"".join(path.read_bytes() for path in sorted(PROGRAMME.parent.glob("*.yaml")))
        out = self.cache / f"population-{lines}-{sha256(inputs).hexdigest()[:8]}"
        for stale in set(self.cache.glob(f"population-{lines}-*")) - {out}:
            shutil.rmtree(stale)
        say(f"population of {lines:,} lines")
        run("population", lines=lines, out=out)
        return out


def say(text: str) -> None:
    """A line of progress."""
    print(f"bench: {text}", flush=True)


def decide(sizes: Sizes) -> Iterator[Result]:
    """All measures of all lines beside the hand-written query."""
    population = sizes.population(sizes.lines)
    ours, theirs, way = _pair(sizes, population, check=True)
    times = ratio(ours, theirs)
    against = f"hand-written DuckDB query ({way}), {middle(theirs):.2f} s"
    name = f"decide and persist {sizes.lines:,} lines"
    yield Result(name, middle(ours), "s", against, times, *at_most(1.25, times))
    process = _process_seconds
    yield Result(
        f"{name}, start-up included",
        middle(ours, process),
        "s",
        f"the same, {middle(theirs, process):.2f} s",
        ratio(ours, theirs, process),
    )
    peak = max(each.peak_mib for each in ours)
    against = f"hand-written query, {max(each.peak_mib for each in theirs):,.0f} MiB"
    yield Result(f"{name}: peak of memory", peak, "MiB", against, None, *at_most(4096, peak))


def growth(sizes: Sizes) -> Iterator[Result]:
    """More lines: the seconds, and whether a line still costs the same."""
    fewer = sizes.population(sizes.lines)
    (small,) = in_turn(sizes.runs, partial(run, "decide", population=fewer, out=sizes.kept))
    large, theirs, way = _pair(sizes, sizes.population(sizes.growth_lines), check=False)
    name = f"decide and persist {sizes.growth_lines:,} lines"
    seconds = middle(large, _process_seconds)
    against = f"hand-written DuckDB query ({way}), {middle(theirs, _process_seconds):.1f} s"
    both = ratio(large, theirs, _process_seconds)
    yield Result(f"{name}, start-up included", seconds, "s", against, both, *at_most(60, seconds))
    grown = (middle(large) / sizes.growth_lines) / (middle(small) / sizes.lines)
    each = middle(large) / sizes.growth_lines * 1e6
    against = f"{middle(small) / sizes.lines * 1e6:.3g} µs a line of {sizes.lines:,}"
    yield Result(f"{name}: a line", each, "µs", against, grown, *at_most(1.25, grown))
    peak = max(each.peak_mib for each in large)
    yield Result(f"{name}: peak of memory", peak, "MiB", None, None, *at_most(4096, peak))


def engines(sizes: Sizes) -> Iterator[Result]:
    """The same job, from facts in Parquet to answers in Parquet, in engines made for rules."""
    population = sizes.population(sizes.engine_lines)
    ours = partial(run, "decide", population=population, out=sizes.kept)
    peers = (
        ("openfisca", "texts", sizes.engine_lines, "OpenFisca-Core, enums as texts", 5),
        ("openfisca", "codes", sizes.engine_lines, "OpenFisca-Core, enums encoded by Arrow", 5),
        ("zen", "tables", sizes.zen_lines, "GoRules ZEN, decision tables", 100),
        ("zen", "expressions", sizes.zen_lines, "GoRules ZEN, bare expressions", 100),
        ("cel", "", sizes.cel_lines, "cel-python, compiled", 100),
    )
    for task, way, lines, title, bar in peers:
        say(title)
        facts, out = sizes.cache / f"facts-{lines}.parquet", sizes.cache / "answers.parquet"
        left_out = run("cut", population=population, lines=lines, out=facts).report["left_out"]
        given = {"facts": facts, "out": out} | ({"way": way} if way else {})
        mine, theirs = in_turn(sizes.runs, ours, partial(run, task, **given))
        _same_answers(sizes.kept, out, title)
        rate = sizes.engine_lines / middle(mine)
        faster = ratio(theirs, mine) * sizes.engine_lines / theirs[0].report["lines"]
        name = f"lines per second, Parquet to Parquet, beside {title}"
        against = (
            f"{number(theirs[0].report['lines'] / middle(theirs))} lines/s"
            f" ({lines:,} lines, {left_out:,} with missing facts left out)"
        )
        yield Result(name, rate, "lines/s", against, faster, *at_least(bar, faster))
        alone = theirs[0].report["lines"] / middle(theirs, _rules_seconds)
        against = f"{number(alone)} lines/s by its rules alone, facts in memory"
        yield Result(f"{name}, its rules alone", rate, "lines/s", against, rate / alone)


def line(sizes: Sizes) -> Iterator[Result]:
    """One line with explanation beside ZEN with its trace."""
    population = sizes.population(sizes.engine_lines)
    facts = sizes.cache / f"facts-{sizes.zen_lines}.parquet"
    run("cut", population=population, lines=sizes.zen_lines, out=facts)
    found = run("one_line", facts=facts, lines=sizes.one_lines, rounds=sizes.runs).report
    if found["differences"]:
        raise SystemExit(f"bench: {found['differences']} lines differ from ZEN's answers")
    titles = {"words": "decided and explained in words", "codes": "decided, with every reason"}
    peers = {"zen": "ZEN with trace, bare expressions", "zen_tables": "ZEN with trace, tables"}
    for ours, what in titles.items():
        for theirs, title in peers.items():
            times = found["ratios"][f"{theirs}/{ours}"]
            yield Result(
                f"one line, all measures, {what}, beside {title}",
                found["microseconds"][ours],
                "µs",
                f"{found['microseconds'][theirs]:.1f} µs",
                times,
                *at_least(5, times),
            )


def diff(sizes: Sizes) -> Iterator[Result]:
    """Two versions of the programme beside one decide."""
    population = sizes.population(sizes.engine_lines)
    changed = sizes.cache / "changed.yaml"
    text = PROGRAMME.read_text(encoding="utf-8")
    later = text.replace("waiver_closes: 2026-01-13", "waiver_closes: 2026-01-11")
    assert later != text
    changed.write_text(later, encoding="utf-8")
    ours, one = in_turn(
        sizes.runs,
        partial(run, "diff", population=population, old=PROGRAMME, new=changed),
        partial(run, "decide", population=population, out=sizes.kept),
    )
    assert 0 < ours[0].report["unchanged"] < sizes.engine_lines
    times = ratio(ours, one)
    name = f"diff of two versions over {sizes.engine_lines:,} lines"
    against = f"one decide, {middle(one):.2f} s"
    yield Result(name, middle(ours), "s", against, times, *at_most(2.5, times))


def check(sizes: Sizes) -> Iterator[Result]:
    """The check of the programme's file."""
    (found,) = in_turn(sizes.runs, partial(run, "check"))
    seconds = middle(found)
    name = "check of kt-2025, first in its process, after start-up"
    yield Result(name, seconds, "s", None, None, *at_most(0.5, seconds))


SECTIONS: tuple[Callable[[Sizes], Iterator[Result]], ...] = (
    decide,
    growth,
    engines,
    line,
    diff,
    check,
    *TRUST_SECTIONS,
    *BANK_SECTIONS,
    *SERVING_SECTIONS,
    *CLAIMS_SECTIONS,
    *RUNS_SECTIONS,
    *PAGES_SECTIONS,
)


def _pair(sizes: Sizes, population: Path, *, check: bool) -> tuple[list[Run], list[Run], str]:
    """Our runs and the hand-written query's in turn, in its quickest way of writing."""
    peer = sizes.cache / "decisions-by-hand"
    ours = partial(run, "decide", population=population, out=sizes.kept)
    by_hand = partial(run, "handwritten", population=population, out=peer)
    by_way = {way: partial(by_hand, way=way) for way in WAYS}
    tried = {way: min(task().seconds for _ in range(2)) for way, task in by_way.items()}
    way = min(tried, key=tried.__getitem__)
    say(f"hand-written query, quickest as: {way} ({tried[way]:.2f} s)")
    found, theirs = in_turn(sizes.runs, ours, by_way[way])
    if check:
        compared = run("compare", ours=sizes.kept, theirs=peer).report
        if compared["differences"] or len({*compared["sizes"], compared["lines"]}) > 1:
            raise SystemExit(f"bench: the hand-written query answers otherwise: {compared}")
        say(f"the same answers in every column of {compared['lines']:,} lines")
    return found, theirs, way


def _same_answers(ours: Path, theirs: Path, title: str) -> None:
    compared = run("answers", ours=ours, theirs=theirs).report
    if compared["differences"]:
        raise SystemExit(f"bench: {title} answers otherwise: {compared}")
    say(f"the same answers for {compared['lines']:,} lines in {compared['columns']} columns")


def _process_seconds(each: Run) -> float:
    return each.process_seconds


def _rules_seconds(each: Run) -> float:
    return float(each.report["rules_seconds"])
