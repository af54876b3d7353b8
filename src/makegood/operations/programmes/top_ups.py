"""What a version adds to what was done, as tables: what is added, and what is only changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.operations.frame import language
from makegood.operations.parts import Figures, Shown, Value
from makegood.operations.pieces import Piece
from makegood.operations.programmes.keys import key_words
from makegood.operations.reading import measure_title, money_text
from makegood.programmes import Programme, month_text, number_text
from makegood.publication import Study
from makegood.runs import STATE_WORDS, RunState


def top_up_tables(study: Study, programme: Programme | None) -> list[Figures]:
    """What is added; the top-ups that there are; what is changed and not topped up."""
    found = study.result["top_ups"]
    tables = [_added(found, programme)]
    if runs := _runs(found, programme):
        tables.append(runs)
    if others := study.result.get("not_topped_up"):
        tables.append(_others(others, programme))
    return tables


def sums_of(found: Iterable[Mapping[str, Any]], programme: Programme | None) -> list[str]:
    """What all top-ups that are proposed come to: money, and what is granted by its unit."""
    money, quantities = 0, defaultdict[str, int](int)
    for each in found:
        money += each["amount"]
        if each.get("month"):
            quantities[_unit(each, programme)] += each["quantity"]
    texts = [money_text(programme, money)] if money or not quantities else []
    return texts + [
        number_text(quantity, language(), unit) for unit, quantity in quantities.items()
    ]


def _added(found: Iterable[Mapping[str, Any]], programme: Programme | None) -> Figures:
    # What was reckoned before there were grants among it has neither months nor days.
    rows = tuple(
        (
            measure_title(programme, each["measure"]),
            _month(each),
            date.fromisoformat(each["facts_day"]) if each.get("facts_day") else None,
            each["heads"],
            _much(each, programme, each["amount"], each.get("quantity", 0)),
            each["worse"],
            _much(each, programme, each["worse_amount"], each.get("worse_quantity", 0)),
            each.get("unreckoned", 0),
            each.get("agreed", 0),
            each["unfinished"],
        )
        for each in found
    )
    columns = (
        _("Measure"),
        _("Month"),
        _("By the facts of"),
        _("Lines that get more"),
        _("More"),
        _("Lines that got too much"),
        _("Not taken back"),
        _("Lines that cannot be reckoned"),
        _("Lines that two persons agreed on"),
        _("Runs not closed yet"),
    )
    return Figures("top-ups", _("What is added"), columns, rows)


def _runs(found: Iterable[Mapping[str, Any]], programme: Programme | None) -> Figures | None:
    rows = tuple(
        (
            Shown(run["run"][:8], run["run"], reverse("run", args=[run["run"]])),
            measure_title(programme, each["measure"]),
            _month(each),
            Shown(STATE_WORDS[RunState(run["state"])][language()], run["state"]),
            run["items"],
        )
        for each in found
        for run in each.get("runs", ())
    )
    columns = (_("Run"), _("Measure"), _("Month"), _("State then"), _("Items"))
    return Figures("planned-top-ups", _("Top-ups so far"), columns, rows) if rows else None


def _others(found: Iterable[Mapping[str, Any]], programme: Programme | None) -> Figures:
    rows = tuple(
        (
            measure_title(programme, each["measure"]),
            _("the measure is gone") if each["is_gone"] else _keys(each["keys"]),
        )
        for each in found
    )
    columns = (_("Measure"), _("What the file says otherwise"))
    return Figures("not-topped-up", _("Changed, not topped up"), columns, rows)


def _keys(keys: Sequence[str]) -> Shown:
    """What each key is called, with the key beside it; the file has the keys."""
    pieces = [
        piece
        for key in keys
        for piece in (Piece(", "), Piece(f"{key_words(key)} "), Piece(key, is_code=True))
    ][1:]
    text = "".join(piece.text for piece in pieces)
    return Shown(text, ", ".join(keys), pieces=tuple(pieces))


def _month(each: Mapping[str, Any]) -> str | None:
    month = each.get("month")
    return month_text(month, language()) if month else None


def _much(
    each: Mapping[str, Any], programme: Programme | None, amount: int, quantity: int
) -> Value:
    if not each.get("month"):
        return Shown(money_text(programme, amount), amount)
    return Shown(number_text(quantity, language(), _unit(each, programme)), quantity)


def _unit(each: Mapping[str, Any], programme: Programme | None) -> str:
    """In the page's language, where the programme is at hand and speaks it."""
    measure = programme.measures.get(each["measure"]) if programme else None
    grant = measure.section.grant if measure else None
    unit: str = each["unit"]
    return grant.unit.get(language(), unit) if grant else unit
