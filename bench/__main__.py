"""``python -m bench``: measure, check that all answer the same, say what holds."""

from __future__ import annotations

import argparse
import os
import platform
from dataclasses import replace
from pathlib import Path

from bench.measure import ROOT
from bench.sections import SECTIONS, Sizes, say
from bench.table import Result, markdown, write_json

QUICK = {
    "lines": 200_000,
    "growth_lines": 480_000,
    "engine_lines": 200_000,
    "zen_lines": 3_000,
    "cel_lines": 300,
    "one_lines": 1_000,
    "run_lines": 200_000,
    "log_entries": 4_000,
    "policy_decisions": 2_000,
    "people": 20_000,
    "contacts_runs": 1,
    "page_customers": 60,
    "page_seconds": 5.0,
    "crowd_seconds": 15,
    "runs": 2,
}


def main() -> None:
    """Run the sections; the results go to the standard output and to ``bench/results.json``."""
    given = _arguments()
    sizes = Sizes(
        given.lines,
        given.growth_lines,
        given.engine_lines,
        zen_lines=20_000,
        cel_lines=2_000,
        one_lines=5_000,
        run_lines=given.run_lines,
        log_entries=12_000,
        policy_decisions=20_000,
        people=500_000,
        contacts_runs=3,
        page_customers=2_000,
        page_seconds=20.0,
        crowd_seconds=120,
        runs=given.runs,
        cache=given.cache,
    )
    if given.quick:
        sizes = replace(sizes, **QUICK)
    sizes.cache.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    for section in SECTIONS:
        if given.only and section.__name__ not in given.only:
            continue
        say(f"{section.__name__}: {' '.join((section.__doc__ or '').split())}")
        results += section(sizes)
    print(f"\n{_machine(sizes)}\n\n{markdown(results)}")
    if not given.quick and (given.renew or not given.only):
        write_json(results, ROOT / "bench" / "results.json", keep_others=bool(given.only))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--growth-lines", type=int, default=24_000_000)
    parser.add_argument("--engine-lines", type=int, default=2_000_000)
    parser.add_argument(
        "--run-lines", type=int, default=2_000_000, help="12 million: 10 million items"
    )
    parser.add_argument("--runs", type=int, default=5, help="of everything; medians are told")
    names = [section.__name__ for section in SECTIONS]
    parser.add_argument(
        "--only", nargs="+", choices=names, help="some sections; writes no file but with --renew"
    )
    parser.add_argument(
        "--renew", action="store_true", help="with --only: write these rows anew, keep the others"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes; writes no file")
    cache = ROOT / "bench" / ".cache"
    parser.add_argument("--cache", type=Path, default=cache, help="where populations are kept")
    given = parser.parse_args()
    given.cache = given.cache.absolute()
    return given


def _machine(sizes: Sizes) -> str:
    cores = os.cpu_count()
    return (
        f"Medians of {sizes.runs} runs in turn, each in a process of its own; {platform.system()} "
        f"{platform.machine()}, {cores} cores, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    main()
