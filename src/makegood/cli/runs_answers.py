"""Runs as commands tell them: in words, and in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from makegood.cli.figures import local_iso, local_second, zone_of
from makegood.cli.output import answer, out, table
from makegood.kernel import Currency

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from makegood.runs import Deviating, ItemStanding, RunRow, RunView, ShardRow

_SHORT = 8
_SHARDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A run, how many items of it have not left, and the zone of its programme's customers."""

    run: RunRow
    not_sent: int
    zone: ZoneInfo

    @property
    def unknown(self) -> int:
        """Items that have left, or may have, and of which nobody has said what came."""
        return max(0, self.run.unknown - self.not_sent)


def seen_now(found: Sequence[RunRow]) -> list[Seen]:
    """Runs as they are told; asks the store, which must be open."""
    from makegood.runs import not_sent

    waiting = not_sent(found)
    zones = {name: zone_of(name) for name in {run.programme for run in found}}
    return [Seen(run, waiting.get(run.run_id, 0), zones[run.programme]) for run in found]


def tell_one(seen: Seen, what: str, *, json_wanted: bool) -> None:
    """Say of one run what an act made of it."""
    run = seen.run
    if json_wanted:
        answer({"ok": True, **plain(seen)})
    else:
        out.print(f"run {run.run_id} {what}: {run.items:,} items, {money_of(run, run.total)}")


def tell(view: RunView, seen: Seen) -> None:
    """Say everything of a run."""
    run = view.run
    out.print(f"run {run.run_id}: {name_of(run)}")
    rows = {
        "state": state_of(run),
        "next": view.next_step,
        "items": f"{run.items:,} in {run.shards:,} shards, {run.left_out:,} lines left out",
        "total": money_of(run, run.total),
        **_deviating(view),
        "agreed on later": _LATER if view.brings_upheld else "",
        "done": f"{run.done:,} items, {money_of(run, run.done_total)}",
        "applied": f"{view.applied:,} of them had applied, not sent" if view.applied else "",
        "failed": f"{run.failed:,}",
        "returned": f"{run.returned:,}",
        "not sent" if run.state == "cancelled" else "not sent yet": f"{seen.not_sent:,}",
        "unknown": f"{seen.unknown:,}",
        "shards": ", ".join(f"{count:,} {name}" for name, count in view.by_state.items() if count),
        "due": local_second(run.due_at, seen.zone),
        **{name: local_second(at, seen.zone) for name, at in _times(run).items() if at},
        "released by": run.released_by,
        "follows": str(run.follows or ""),
        "followed by": ", ".join(str(each.run_id) for each in view.follow_ups),
        "programme sha256": run.programme_sha256,
        "facts": f"as of {view.facts_day}" if view.facts_day else "of a snapshot not known here",
        "snapshot sha256": run.snapshot_sha256,
        "decided by": run.engine,
        "decisions sha256": run.decisions_sha256,
        "items sha256": run.items_sha256,
    }
    shown = table("", ["", ""])
    for name, words in rows.items():
        if words:
            shown.add_row(name, words)
    out.print(shown)
    if view.failures:
        numbers = ["items", "total", "not taken up"]
        failures = table("Did not go well", ["outcome", "code", *numbers], numbers)
        for each in view.failures:
            total = currency_of(run).plain(each.amount)
            figures = (f"{each.items:,}", total, f"{each.not_taken:,}")
            failures.add_row(each.outcome, each.code, *figures)
        out.print(failures)
    troubled = [shard for shard in view.shards if shard.doubtful_at or shard.trouble]
    for shard in troubled[:_SHARDS_SHOWN]:
        word = "doubtful, the other side is asked" if shard.doubtful_at else shard.state.value
        out.print(f"shard {shard.number}: {word}; try {shard.tries}; {shard.trouble}")


_LATER = "what two persons agree on after this was planned is planned the next day at 09:00"


def _deviating(view: RunView) -> dict[str, str]:
    """How its lines stand to what they were shown, where any was shown anything."""
    found, run = view.deviating, view.run
    if found is None or not found.shown_lines:
        return {}
    return {
        "less than shown": _lines(run, found.less_lines, found.less),
        "more than shown": _lines(run, found.more_lines, found.more),
    }


def _lines(run: RunRow, lines: int, amount: int) -> str:
    if not lines:
        return "no line"
    return f"{lines:,} {'line' if lines == 1 else 'lines'}, by {money_of(run, amount)}"


def plain_deviating(found: Deviating | None) -> dict[str, int] | None:
    """How a run's lines stand to what they were shown; None where that was not looked at."""
    if found is None:
        return None
    names = ("shown_lines", "less_lines", "less", "more_lines", "more")
    return {name: getattr(found, name) for name in names}


def plain(seen: Seen) -> dict[str, Any]:
    """A run as plain values, its times in its programme's zone."""
    run = seen.run
    times = {"due": run.due_at, **_times(run)}
    return {
        "run": str(run.run_id),
        "programme": run.programme,
        "measure": run.measure,
        "period": run.period,
        "sequence": run.sequence,
        "kind": run.kind.value,
        "channel": run.channel.value,
        "state": run.state.value,
        "paused": run.paused_at is not None,
        "finding": run.finding,
        "follows": str(run.follows) if run.follows else None,
        "items": run.items,
        "left_out": run.left_out,
        "total": run.total,
        "currency": run.currency,
        "shards": run.shards,
        "done": run.done,
        "done_total": run.done_total,
        "failed": run.failed,
        "returned": run.returned,
        "not_sent": seen.not_sent,
        "unknown": seen.unknown,
        **{f"{name}_at": local_iso(at, seen.zone) if at else None for name, at in times.items()},
        "items_sha256": run.items_sha256,
    }


def plain_view(view: RunView, seen: Seen) -> dict[str, Any]:
    """A run with everything that is known of it."""
    return {
        **plain(seen),
        "next": view.next_step,
        "applied": view.applied,
        "released_by": view.run.released_by,
        "programme_sha256": view.run.programme_sha256,
        "snapshot_sha256": view.run.snapshot_sha256,
        "facts_day": view.facts_day.isoformat() if view.facts_day else None,
        "decisions_sha256": view.run.decisions_sha256,
        "engine": view.run.engine,
        "shards_by_state": dict(view.by_state),
        "doubtful": [_plain_shard(shard) for shard in view.doubtful],
        "troubled": [_plain_shard(shard) for shard in view.shards if shard.trouble],
        "failures": [
            {
                "outcome": each.outcome,
                "code": each.code,
                "items": each.items,
                "total": each.amount,
                "not_taken": each.not_taken,
            }
            for each in view.failures
        ],
        "follow_ups": [str(each.run_id) for each in view.follow_ups],
        "deviating": plain_deviating(view.deviating),
    }


def _plain_shard(shard: ShardRow) -> dict[str, Any]:
    return {
        "shard": shard.number,
        "message": shard.message_id,
        "items": shard.items,
        "state": shard.state.value,
        "tries": shard.tries,
        "trouble": shard.trouble,
    }


def plain_item(item: ItemStanding) -> dict[str, Any]:
    """An item without an end."""
    return {
        "item": item.key,
        "outcome": item.outcome,
        "code": item.code,
        "shard": item.shard,
        "attempt": item.attempt,
        "line": item.line_id,
    }


def _times(run: RunRow) -> dict[str, datetime | None]:
    return {
        "planned": run.planned_at,
        "checked": run.checked_at,
        "released": run.released_at,
        "paused": run.paused_at,
        "sent": run.sent_at,
        "closed": run.closed_at,
    }


def name_of(run: RunRow) -> str:
    """What it brings, of which measure, for which period, the how many-th."""
    parts = (run.programme, run.kind.value, run.measure, run.period)
    again = f" #{run.sequence}" if run.sequence else ""
    return " ".join(part for part in parts if part) + again


def state_of(run: RunRow) -> str:
    """Where it stands, and whether it is held."""
    return f"{run.state.value}, paused" if run.paused_at else run.state.value


def currency_of(run: RunRow) -> Currency:
    """The currency of its amounts."""
    return Currency(run.currency, run.minor_digits)


def money_of(run: RunRow, amount: int) -> str:
    """An amount of it, with its currency."""
    return f"{currency_of(run).plain(amount)} {run.currency}"


def short_of(run: RunRow) -> str:
    """As much of its identifier as names it."""
    return str(run.run_id)[:_SHORT]
