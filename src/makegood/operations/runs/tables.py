"""A run as tables: its items by outcome, its shards, what did not go well."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _
from markupsafe import Markup

from makegood.drawing import EXCLUDED, MONEY, NOT_IN_SCOPE, UNDETERMINED, Bar, bars
from makegood.operations.parts import Figures, Shown, Value
from makegood.operations.reading import at_text, in_force_or_none, money_text
from makegood.operations.returned import returned_words
from makegood.operations.runs.troubles import trouble_shown
from makegood.operations.runs.words import outcome_words, shard_words
from makegood.runs import ItemStanding, RunView, ShardRow, failed_items
from makegood.trust.access import Visitor

_AT_ONCE, _FILE_ROWS_MAX = 10_000, 1_000_000


def progress_figures(view: RunView) -> Figures:
    """Items by what became of them."""
    run = view.run
    contradictory = sum(e.items for e in view.failures if e.outcome == "contradictory")
    rows: tuple[tuple[Value, ...], ...] = (
        (_("done"), run.done),
        (_("failed"), run.failed),
        (_("returned"), run.returned),
        (_("contradictory"), contradictory),
        (_("no answer yet"), max(0, run.unknown - contradictory - view.not_sent)),
        (_("not sent yet"), view.not_sent),
    )
    return Figures("progress", _("Items by what became of them"), (_("Outcome"), _("Items")), rows)


def picture_of(view: RunView, figures: Figures) -> Markup:
    """The same as bars."""
    fills = (MONEY, EXCLUDED, EXCLUDED, UNDETERMINED, UNDETERMINED, NOT_IN_SCOPE)
    rows = [
        # The count beside the words: on a telephone the right edge is pushed out of sight.
        Bar(f"{words}: {count:,}", "", ((int(count), fill),))
        for (words, count), fill in zip(figures.rows, fills, strict=True)
        if isinstance(count, int)
    ]
    said = _("%(done)s of %(all)s items are done") % {
        "done": f"{view.run.done:,}",
        "all": f"{view.run.items:,}",
    }
    return bars(rows, view.run.items, said)


def troubled_first(view: RunView) -> list[ShardRow]:
    """Shards with something wrong first, then by their numbers."""
    return sorted(
        view.shards, key=lambda each: (not (each.doubtful_at or each.trouble), each.number)
    )


def shards_table(found: list[ShardRow] | tuple[ShardRow, ...]) -> Figures:
    """Shards with where each stands."""
    rows = tuple(
        (
            shard.number,
            shard_words(shard),
            shard.items,
            shard.done,
            shard.failed + shard.returned,
            shard.tries,
            shard.sender,
            at_text(shard.sent_at),
            at_text(shard.answered_at),
            trouble_shown(shard.trouble),
        )
        for shard in found
    )
    columns = (
        _("Shard"),
        _("State"),
        _("Items"),
        _("Carried out"),
        _("Not done"),
        _("Tries"),
        _("Worker"),
        _("Sent"),
        _("Answered"),
        _("What went wrong last"),
    )
    return Figures("shards", _("Shards"), columns, rows)


def failures_table(view: RunView) -> Figures:
    """What did not go well, by outcome and code."""
    programme = in_force_or_none(view.run.programme)
    rows = tuple(
        (
            f"{outcome_words(each.outcome)}, {returned_words(each.code) or '–'}",
            each.items,
            Shown(money_text(programme, each.amount), each.amount) if each.amount else None,
            each.not_taken,
        )
        for each in view.failures
    )
    columns = (_("Outcome and code"), _("Items"), _("Amount"), _("Not tried again yet"))
    return Figures("failures", _("What did not go well"), columns, rows)


def item_columns() -> tuple[str, ...]:
    """The columns of ``item_rows``."""
    return (
        _("Key"),
        _("Line"),
        _("Shard"),
        _("Attempt"),
        _("Outcome"),
        _("Code"),
        _("Amount"),
        _("Told"),
        _("Tried again by"),
    )


def item_rows(visitor: Visitor, run_id: UUID) -> Iterator[tuple[Value, ...]]:
    """Every item that did not go well; pseudonyms only."""
    offset = 0
    while offset < _FILE_ROWS_MAX:
        found = failed_items(visitor, run_id, "", _AT_ONCE, offset)
        yield from map(_item_row, found)
        if len(found) < _AT_ONCE:
            return
        offset += _AT_ONCE


def _item_row(each: ItemStanding) -> tuple[Value, ...]:
    taken = str(each.taken_by) if each.taken_by else ""
    return (
        each.key,
        each.line_id,
        each.shard,
        each.attempt,
        each.outcome,
        each.code,
        each.amount,
        each.told_at,
        taken,
    )
