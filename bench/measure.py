"""Runs in processes of their own, one after the other in turn, and what their medians come to.

Nothing but the standard library is imported here: a child's peak of memory starts at its parent's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """One process: what its work took, without start-up and with it, and its peak of memory."""

    seconds: float
    process_seconds: float
    peak_mib: float
    report: dict[str, Any]


def run(task: str, **given: object) -> Run:
    """Carry out a task of ``bench.tasks`` in a process of its own."""
    command = [sys.executable, "-m", "bench.tasks", task, json.dumps(given, default=str)]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"bench: '{task}' failed with {process.returncode}: {given}")
    report = json.loads(output.splitlines()[-1])
    # Linux counts in KiB, macOS in bytes.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(report.get("seconds", took), took, usage.ru_maxrss / unit, report)


def in_turn(runs: int, *kinds: Callable[[], Run]) -> list[list[Run]]:
    """A B A B …: per kind its runs. One round before them warms the caches and is not counted."""
    for kind in kinds:
        kind()
    rounds = [[kind() for kind in kinds] for _ in range(runs)]
    return [list(each) for each in zip(*rounds, strict=True)]


def middle(runs: Sequence[Run], what: Callable[[Run], float] = lambda r: r.seconds) -> float:
    """The median of what is measured."""
    return median(what(each) for each in runs)


def ratio(
    ours: Sequence[Run],
    theirs: Sequence[Run],
    what: Callable[[Run], float] = lambda r: r.seconds,
) -> float:
    """The median of the ratios of neighbours in turn: a slow minute of the machine hits both."""
    return median(what(a) / what(b) for a, b in zip(ours, theirs, strict=True))
