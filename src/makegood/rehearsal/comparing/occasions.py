"""What the calendar brings: months, bills, uplifts, cover, and messages, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.kernel import pay_once_key_sql
from makegood.rehearsal.comparing.found import Found, prefix_of

if TYPE_CHECKING:
    from makegood.runs import RunRow

_MESSAGES = frozenset({"notice", "reminder"})
_CHANNELS = {
    "grant": "provisioning",
    "uplift_start": "provisioning",
    "uplift_end": "provisioning",
    "bill": "billing",
    "cover": "insurer",
}
_AGAIN = frozenset({"grant", "bill", "uplift_start"})
_MORNING = time(0, 5)
_APPLIED_KINDS = frozenset({"grant", "cover", "reminder", "bill", "uplift_start"})


def compare_occasions(found: Found) -> None:
    """Every occasion of the oracle against the books of whom it goes to."""
    looked: dict[str, int] = {}
    differing: dict[str, int] = {}
    for kind, measure, period, days in _families(found):
        channel = "sms" if kind in _MESSAGES else _CHANNELS[kind]
        _expected(found, kind, measure, period, days)
        if kind in _MESSAGES:
            _delivered(found, measure, period)
        else:
            _carried_out(found, channel, kind, measure, period)
        before = found.difference_count
        lately = _applied_lately(found, measure, period) if kind == "reminder" else frozenset()
        looked[channel] = looked.get(channel, 0) + _compared(found, kind, measure, period, lately)
        differing[channel] = differing.get(channel, 0) + found.difference_count - before
    for channel, count in looked.items():
        found.checked(channel, count, before=found.difference_count - differing[channel])


def _families(found: Found) -> Iterator[tuple[str, str, str, list[date]]]:
    """Kind, measure and period with the days whose facts decide, as far as the rehearsal went."""
    families: dict[tuple[str, str, str], list[date]] = {}
    for kind, measure, period, day in found.play.standings.oracle.OCCASIONS:
        if day <= found.ended:
            families.setdefault((kind, measure, period), []).append(day)
    for (kind, measure, period), days in families.items():
        yield kind, measure, period, days


def _expected(found: Found, kind: str, measure: str, period: str, days: Sequence[date]) -> None:
    """The table ``expected`` of ``line_id, value``: what the oracle says that lines are brought."""
    duck = found.play.standings.duck
    duck.execute("CREATE OR REPLACE TEMP TABLE expected (line_id VARCHAR, value BIGINT)")
    oracle = found.play.standings.oracle
    if kind == "uplift_end":
        # What was begun ends, whatever became of the line.
        begun = [d for k, m, p, d in oracle.OCCASIONS if (k, m) == ("uplift_start", measure)]
        kind, days = "uplift_start", begun
    for day in days:
        at = _moment(found, kind, measure, period, day)
        amended_at = found.play.story.amended_at
        amended = amended_at is not None and amended_at < at
        table = found.play.standings.table(measure, day, amended=amended)
        found.play.standings.numbered("applied", _applied(found, kind, measure, at))
        rows = duck.execute(
            f"SELECT DISTINCT word, s.amount, a.line_id IS NOT NULL FROM {table} AS s"
            " LEFT JOIN applied AS a USING (line_id)"
        ).fetchall()
        brought = [
            (word, amount, applied, value)
            for word, amount, applied in rows
            if (value := oracle.brings(kind, measure, word, amount, applied=applied)) is not None
        ]
        _keep_brought(found, brought)
        duck.execute(
            f"INSERT INTO expected SELECT s.line_id, b.value FROM {table} AS s"
            " LEFT JOIN applied AS a USING (line_id)"
            " JOIN brought AS b ON b.word = s.word AND b.amount = s.amount"
            " AND b.applied = (a.line_id IS NOT NULL)"
            " WHERE s.line_id NOT IN (SELECT line_id FROM expected)"
        )


def _keep_brought(found: Found, brought: Sequence[tuple[str, int, bool, int]]) -> None:
    import pyarrow as pa

    duck = found.play.standings.duck
    columns = list(zip(*brought, strict=True)) or [(), (), (), ()]
    types = (pa.string(), pa.int64(), pa.bool_(), pa.int64())
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    duck.register("given", pa.table(arrays, ["word", "amount", "applied", "value"]))
    duck.execute("CREATE OR REPLACE TEMP TABLE brought AS SELECT * FROM given")
    duck.unregister("given")


def _moment(found: Found, kind: str, measure: str, period: str, day: date) -> datetime:
    """When it was made out who is brought what: that moment decides who has applied.

    A month or a bill is gone through once more when the programme is amended: whoever has applied
    by then is brought it, too.
    """
    planned = [
        found.moment(run.planned_at)
        for run in found.runs_of(measure, period)
        if run.follows is None and (kind in _AGAIN or found.moment(run.planned_at).date() == day)
    ]
    pick = max if kind in _AGAIN else min
    return pick(planned, default=datetime.combine(day, _MORNING))


def _applied(found: Found, kind: str, measure: str, at: datetime) -> dict[str, int]:
    """The lines that had applied before a moment and not taken it back."""
    if kind not in _APPLIED_KINDS:
        return {}
    applied = {}
    for (name, line_id), deeds in found.play.story.deeds.items():
        if name != measure:
            continue
        standing = False
        for deed in deeds:
            if deed.at < at and deed.what in ("applied", "withdrawn"):
                standing = deed.what == "applied"
        if standing:
            applied[line_id] = 1
    return applied


def _carried_out(found: Found, channel: str, kind: str, measure: str, period: str) -> None:
    """The table ``actual`` of ``line_id, value, times`` from a partner's books."""
    books = found.play.home.outside / channel / "books"
    value = "amount" if kind == "bill" else "quantity" if kind != "cover" else "0"
    # A bill or a month that an amended version made better comes with a top-up beside it.
    periods = [run for run in found.runs if run.measure == measure and _is_of(run, period)]
    _actual(found, books, periods, f"sum({value})", "outcome = 'done'")


def _is_of(run: RunRow, period: str) -> bool:
    from makegood.runs import month_of

    if run.kind == "top_up":
        return run.channel == "billing" or month_of(run.period) == period
    return run.period == period


def _actual(found: Found, books: Path, runs: Sequence[RunRow], value: str, condition: str) -> None:
    duck = found.play.standings.duck
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE actual (line_id VARCHAR, value BIGINT, times BIGINT)"
    )
    if not any(books.glob("*.parquet")) or not runs:
        return
    prefixes = ", ".join(f"'{prefix_of(run)}'" for run in runs)
    duck.execute(
        f"INSERT INTO actual SELECT line_id, {value}, max(times) FROM ("
        f" SELECT line_id, key, sum(amount) AS amount, sum(quantity) AS quantity,"
        " count(DISTINCT attempt) AS times"
        f" FROM (SELECT DISTINCT line_id, key, attempt, amount, quantity FROM"
        f" read_parquet('{books}/*.parquet', filename = true)"
        f" WHERE {condition} AND left(parse_filename(filename), 16) IN ({prefixes}))"
        " GROUP BY line_id, key) GROUP BY line_id"
    )


def _delivered(found: Found, measure: str, period: str) -> None:
    """The table ``actual`` of the messages that the aggregator took, by their keys."""
    duck = found.play.standings.duck
    books = found.play.home.outside / "sms"
    runs = found.runs_of(measure, period)
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE actual (line_id VARCHAR, value BIGINT, times BIGINT)"
    )
    if not any(books.glob("*.csv")) or not runs:
        return
    name = found.play.programme.identifier
    key = pay_once_key_sql(f"'{name}'", f"'{measure}'", "line_id", "''", f"'{period}'")
    prefixes = ", ".join(f"'{prefix_of(run)}'" for run in runs)
    lines = found.play.standings.snapshots
    newest = lines[max(lines)]
    duck.execute(
        f"INSERT INTO actual SELECT coalesce(l.line_id, 'key ' || s.key), 0, s.times FROM"
        f" (SELECT key, count(*) AS times FROM read_csv('{books}/*.csv', header = true,"
        " all_varchar = true, filename = true)"
        f" WHERE left(parse_filename(filename), 16) IN ({prefixes}) GROUP BY key) AS s"
        f" LEFT JOIN (SELECT line_id, {key} AS key FROM read_parquet('{newest}/part-*.parquet'))"
        " AS l USING (key)"
    )


def _applied_lately(found: Found, measure: str, period: str) -> frozenset[str]:
    """Who applied after a reminder's run was planned and before its last message left.

    Whoever has applied when a message is about to leave is not sent it: which of these lines that
    is, is chance.
    """
    spans = [
        (found.moment(run.planned_at), found.moment(left_at))
        for run in found.runs_of(measure, period)
        if (left_at := run.sent_at or run.closed_at) is not None
    ]
    return frozenset(
        line_id
        for (name, line_id), deeds in found.play.story.deeds.items()
        for deed in deeds
        if name == measure and deed.what == "applied"
        if any(planned <= deed.at <= sent for planned, sent in spans)
    )


def _compared(
    found: Found, kind: str, measure: str, period: str, lately: frozenset[str] = frozenset()
) -> int:
    """Keep every line of which the two say something else; how many lines were looked at.

    ``lately`` are lines that may be left out without being a difference.
    """
    duck = found.play.standings.duck
    rows = duck.execute(
        "SELECT coalesce(e.line_id, a.line_id), e.value, a.value, a.times"
        " FROM expected AS e FULL JOIN actual AS a USING (line_id)"
        " WHERE e.line_id IS NULL OR a.line_id IS NULL OR e.value <> a.value OR a.times <> 1"
        " ORDER BY 1"
    ).fetchall()
    for line_id, expected, actual, times in rows:
        if actual is None and line_id in lately:
            continue
        said = "nothing" if expected is None else expected
        got = "nothing" if actual is None else actual if times == 1 else f"{actual}, {times} times"
        found.differs(line_id, measure, f"{kind} {period}", said, got)
    ((count,),) = duck.execute("SELECT count(*) FROM expected").fetchall()
    return int(count)
