"""Metrics for Prometheus. The truth is in the database, so every process tells the same.

No label names a person: kinds, acts, destinations, generations, patterns of pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, TypeAlias

from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.trust.clock import now
from makegood.trust.monitoring.backlog import backlogs
from makegood.trust.monitoring.durations import BOUNDS_SECONDS, METRIC, SUM, write_counts
from makegood.trust.monitoring.tallies import Key, count_log, tallies

BATCHES_COUNTED_MAX = 10
"""How many thousand new entries one reading of the metrics counts at most."""

RECORDS_KEPT_SECONDS = 60.0
"""How long counts of records and codes are used again: they read whole tables."""

_LOG = """
SELECT (SELECT coalesce(max(leaf_index) + 1, 0) FROM audit_leaf),
       (SELECT count(*) FROM audit_pending),
       (SELECT size FROM audit_checkpoint ORDER BY number DESC LIMIT 1),
       (SELECT signed_at FROM audit_checkpoint ORDER BY number DESC LIMIT 1)
"""
_RECORDS = """
SELECT 'person', generation, count(*) FROM vault_person GROUP BY generation
UNION ALL
SELECT 'account', generation, count(*) FROM vault_account GROUP BY generation
"""
_VOUCHERS = """
SELECT pool, count(*) FILTER (WHERE given_key IS NULL), count(given_key)
FROM vouchers_code GROUP BY pool ORDER BY pool
"""
_WORKERS = "SELECT id, last_heartbeat FROM procrastinate_workers"
_RUNS = "SELECT state, count(*), sum(unknown)::bigint FROM runs_run GROUP BY state"
_SHARDS = """
SELECT count(*) FILTER (WHERE state <> 'answered'), count(*) FILTER (WHERE doubtful_at IS NOT NULL)
FROM runs_shard
"""
_GATE = """
SELECT inside, cardinality(called), waiting, inside_max, admissions_a_minute, flow * 60, slow_share,
       ticked_at, entered
FROM waiting_gate
"""
_JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"

Rows: TypeAlias = list[tuple[Any, ...]]
_records: list[tuple[float, Rows]] = []
_codes: list[tuple[float, Rows]] = []


def metrics_text(settings: Settings) -> bytes:
    """All metrics in Prometheus' text format (version 0.0.4)."""
    write_counts()
    count_log(BATCHES_COUNTED_MAX)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(settings))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """Every family of metrics."""
        counts = tallies()
        yield from _log()
        yield from _counted(counts)
        yield from _events(self._settings)
        yield _vault()
        yield _vouchers()
        yield from _work()
        yield from _runs()
        yield from _gate()
        yield _requests(counts)


def _log() -> Iterator[Metric]:
    size, waiting, signed, signed_at = _rows(_LOG)[0]
    yield GaugeMetricFamily("makegood_log_size", "Entries with a place in the tree.", size)
    yield GaugeMetricFamily("makegood_log_waiting", "Entries that wait for a place.", waiting)
    yield GaugeMetricFamily(
        "makegood_log_unsigned", "Entries not under the newest checkpoint.", size - (signed or 0)
    )
    if signed_at is not None:
        yield GaugeMetricFamily(
            "makegood_log_checkpoint_age_seconds",
            "How old the newest checkpoint is.",
            _age_seconds(signed_at),
        )


_SUMS: Mapping[str, tuple[str, str]] = {
    "makegood_reveals": ("personal_data.revealed", "Times that personal data was revealed."),
    "makegood_downloads": ("personal_data.downloaded", "Persons whose data was downloaded."),
    "makegood_look_ups": ("personal_data.looked_up", "Persons looked up, or look-ups of nobody."),
    "makegood_refusals": ("access.refused", "Acts that the policies refused."),
    "makegood_sign_in_failures": ("staff.sign_in_failed", "Sign-ins that failed."),
    "makegood_lock_outs": ("staff.locked_out", "Accounts locked after guesses."),
}


def _counted(counts: Mapping[Key, int]) -> Iterator[Metric]:
    entries = CounterMetricFamily("makegood_log_entries", "Entries by kind.", labels=["kind"])
    decisions = CounterMetricFamily(
        "makegood_decisions", "Decisions of the gate.", labels=["act", "outcome"]
    )
    for (metric, first, second), count in sorted(counts.items()):
        if metric == "entry":
            entries.add_metric([first], count)
        elif metric == "decision":
            decisions.add_metric([first, second], count)
    yield entries
    yield decisions
    for name, (kind, words) in _SUMS.items():
        yield CounterMetricFamily(name, words, value=counts.get(("entry", kind, ""), 0))


def _events(settings: Settings) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "makegood_events_waiting", "Events not delivered yet.", labels=["destination"]
    )
    failures = GaugeMetricFamily(
        "makegood_events_failures",
        "Failures since the last delivery.",
        labels=["destination"],
    )
    try:
        for one in backlogs(settings):
            waiting.add_metric([one.destination], one.events)
            failures.add_metric([one.destination], one.progress.failures)
    except MakegoodError:
        # A setting that cannot be used is told where events are sent; other metrics go on.
        failures.add_metric(["settings"], 1)
    yield waiting
    yield failures


def _vault() -> Metric:
    family = GaugeMetricFamily(
        "makegood_vault_records",
        "Sealed records by generation of keys.",
        labels=["record", "generation"],
    )
    for record, generation, count in _kept(_records, lambda: _rows(_RECORDS)):
        family.add_metric([record, str(generation)], count)
    return family


def _vouchers() -> Metric:
    family = GaugeMetricFamily(
        "makegood_voucher_codes", "Codes of pools, left and given.", labels=["pool", "state"]
    )
    for pool, left, given in _kept(_codes, lambda: _rows(_VOUCHERS)):
        family.add_metric([pool, "left"], left)
        family.add_metric([pool, "given"], given)
    return family


def _work() -> Iterator[Metric]:
    heartbeats = [_age_seconds(seen_at) for _, seen_at in _rows(_WORKERS)]
    yield GaugeMetricFamily("makegood_workers", "Workers known to the queue.", len(heartbeats))
    if heartbeats:
        yield GaugeMetricFamily(
            "makegood_worker_heartbeat_age_seconds",
            "How long ago the liveliest worker gave a sign.",
            min(heartbeats),
        )
    jobs = GaugeMetricFamily("makegood_jobs", "Jobs of the queue.", labels=["status"])
    for status, count in _rows(_JOBS):
        jobs.add_metric([status], count)
    yield jobs


def _runs() -> Iterator[Metric]:
    runs = GaugeMetricFamily("makegood_runs", "Runs by state.", labels=["state"])
    unknown = GaugeMetricFamily(
        "makegood_items_unknown", "Items without an end, by their run's state.", labels=["state"]
    )
    for state, count, items in _rows(_RUNS):
        runs.add_metric([state], count)
        unknown.add_metric([state], items)
    yield runs
    yield unknown
    open_shards, doubtful = _rows(_SHARDS)[0]
    yield GaugeMetricFamily("makegood_shards_open", "Shards with unanswered items.", open_shards)
    yield GaugeMetricFamily(
        "makegood_shards_doubtful", "Shards of which nobody knows whether they left.", doubtful
    )


_OF_THE_GATE = {
    "inside": "Customers inside.",
    "called": "Customers who were called and for whom a place is kept.",
    "waiting": "Customers who wait.",
    "inside_max": "How many may be inside.",
    "admissions_a_minute": "How many may enter in a minute.",
    "leaving_a_minute": "How many leave in a minute, as measured while the house is full.",
    "slow_share": "The part of answers that took longer than the target.",
}


def _gate() -> Iterator[Metric]:
    """The waiting room as it was looked at last; nobody looks while nobody comes."""
    for row in _rows(_GATE):
        *values, looked_at, entered = row
        for (name, words), value in zip(_OF_THE_GATE.items(), values, strict=True):
            yield GaugeMetricFamily(f"makegood_portal_{name}", words, value)
        yield CounterMetricFamily("makegood_portal_entered", "Customers let in.", entered)
        if looked_at is not None:
            yield GaugeMetricFamily(
                "makegood_portal_looked_age_seconds",
                "How long ago the waiting room was looked at.",
                _age_seconds(looked_at),
            )


def _requests(counts: Mapping[Key, int]) -> Metric:
    family = HistogramMetricFamily(
        "makegood_request_seconds",
        "How long requests took.",
        labels=["method", "status", "page"],
    )
    by_label: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (metric, label, bound), count in counts.items():
        if metric == METRIC:
            by_label[label][bound] = count
    for label, buckets in sorted(by_label.items()):
        total, cumulated = 0, []
        for bound in (*map(str, BOUNDS_SECONDS), "+Inf"):
            total += buckets.get(bound, 0)
            cumulated.append((bound, total))
        seconds = counts.get((SUM, label, ""), 0) / 1_000_000
        family.add_metric(label.split(" ", 2), cumulated, seconds)
    return family


def _kept(kept: list[tuple[float, Rows]], read: Callable[[], Rows]) -> Rows:
    if not kept or monotonic() - kept[-1][0] > RECORDS_KEPT_SECONDS:
        kept[:] = [(monotonic(), read())]
    return kept[-1][1]


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _age_seconds(instant: datetime) -> float:
    return max(0.0, (now() - instant).total_seconds())
