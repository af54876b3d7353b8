"""How long requests take, counted in this process and summed up in the database now and then.

A page's address is told by its pattern, so that there are few of them and none names anybody.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock
from time import monotonic

BOUNDS_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the classes of durations; a last class has none."""

METRIC, SUM = "request", "request_microseconds"
WRITE_SECONDS = 5.0

_counts: Counter[tuple[str, str, str]] = Counter()
_lock = Lock()
_written = [monotonic()]


def note_request(page: str, method: str, status: int, seconds: float) -> None:
    """Count a request; what is counted is written every few seconds."""
    label = f"{method} {status // 100}xx {page}"
    bound = next((str(one) for one in BOUNDS_SECONDS if seconds <= one), "+Inf")
    with _lock:
        _counts[METRIC, label, bound] += 1
        _counts[SUM, label, ""] += int(seconds * 1_000_000)
        due = monotonic() - _written[0] >= WRITE_SECONDS
        if due:
            _written[0] = monotonic()
    if due:
        write_counts()


def write_counts() -> None:
    """Add what this process has counted to the sums of all; on failure it is kept for later."""
    import psycopg
    from django.db import Error

    from makegood.trust.monitoring.tallies import add

    with _lock:
        taken = Counter(_counts)
        _counts.clear()
    try:
        add(taken)
    except (Error, psycopg.Error):
        # A page must not fail because it cannot be counted.
        with _lock:
            _counts.update(taken)
