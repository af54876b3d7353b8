"""A shard as a channel is given it, after its file was looked at."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from makegood.channels import ChannelName, Shipment
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.runs.days import day_of
from makegood.runs.folders import folder_of, items_file, sha256_of_file
from makegood.runs.kinds import RunKind
from makegood.runs.reminding import leaving_of
from makegood.runs.rows import RunRow, ShardRow, items_sha256_of


class Unreadable(MakegoodError):
    """MG866: the items of a shard cannot be read now; what is away may be back in a moment."""


def shipment_of(settings: Settings, run: RunRow, shard: ShardRow) -> Shipment:
    """The same shipment however often it is tried, whoever tries it."""
    path = items_file(folder_of(settings, run.run_id), shard.number)
    count, total = shard.items, shard.total
    if (leaving := leaving_of(settings, run, shard)) is not None:
        path, count, total = leaving.path, leaving.items, leaving.total
    return Shipment(
        channel=run.channel,
        message_id=shard.message_id,
        run_id=str(run.run_id),
        shard=shard.number,
        programme=run.programme,
        measure=run.measure,
        period=run.period,
        kind=run.kind.value,
        items=path,
        count=count,
        total=total,
        currency=run.currency,
        minor_digits=run.minor_digits,
        due_on=_due_on(settings, run, shard),
        made_at=run.planned_at,
        texts=run.texts,
    )


def _due_on(settings: Settings, run: RunRow, shard: ShardRow) -> date:
    """The day that the other side is told: of payments no day that was over when they left.

    A bank may refuse a day that is over, and a run may be held for days after its release. So its
    file names the day on which it is written, where that is the later one; likewise a top-up's,
    which counts for the month in which it leaves. The day is that on which the shard was taken in
    hand, which its row keeps: whoever asks about it names the same one.
    """
    at = shard.began_at or run.released_at
    if at is None or not (run.channel is ChannelName.BANK or run.kind is RunKind.TOP_UP):
        return run.due_on
    return max(run.due_on, day_of(settings, run.programme, at))


def expect_unchanged(path: Path, shard: ShardRow) -> None:
    """Raises MakegoodError MG873 where the items are not those that were planned.

    Raises Unreadable, MG866, where nobody can say so: the file is gone, or its folder is away.
    """
    about = f"the items of shard {shard.number} of run {shard.run_id}"
    try:
        found = sha256_of_file(path)
    except OSError:
        hint = (
            "nothing of this shard was sent; put the run's folder back where it was: what is"
            " released leaves by itself then"
        )
        raise Unreadable(Finding("MG866", f"{about} cannot be read", hint)) from None
    if found == shard.items_sha256:
        return
    raise MakegoodError(
        Finding(
            "MG873",
            f"{about} are not those that were planned",
            "nothing of this shard was sent; put the run's folder back from a copy and let it go"
            f" on by 'makegood run resume {str(shard.run_id)[:8]}', or cancel the run before"
            " anything is sent",
        )
    )


def expect_all_unchanged(settings: Settings, run: RunRow, shards: list[ShardRow]) -> None:
    """Raises MakegoodError MG873 where any items are not those that the run's hash stands for.

    Raises Unreadable as ``expect_unchanged``.
    """
    folder = folder_of(settings, run.run_id)
    for shard in shards:
        expect_unchanged(items_file(folder, shard.number), shard)
    if items_sha256_of(shards) != run.items_sha256 or len(shards) != run.shards:
        raise MakegoodError(
            Finding(
                "MG873",
                f"the shards of run {run.run_id} are not those that were planned",
                "run 'makegood audit verify'; cancel the run and let it be planned again",
            )
        )
