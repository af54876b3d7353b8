"""What is amended in the middle of a rehearsal: derived from the programme's own keys.

What a programme left to be named later is named; where amounts are rounded down, they are rounded
for the customer. Where there is nothing of either, only the title says that it was amended.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from makegood.programmes import Programme

FILE_NAME = "amended.yaml"
"""Beside the programme: an amendment of one's own, which is taken instead."""

_WIDTH = 4096
_DOWN = re.compile(r",\s*down\s*\)")


@dataclass(frozen=True, slots=True)
class Amendment:
    """The amended text. ``pools`` are the pools of codes that it names; all of them are new.

    ``amounts`` says whether amounts became better.
    """

    text: str
    pools: tuple[str, ...]
    amounts: bool


def amendment_of(programme: Programme, from_day: date, *, better_amounts: bool) -> Amendment:
    """What can be amended of a programme, as it is published on a day.

    ``better_amounts`` lets amounts be rounded up instead of down. The text passes every check.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    # The language of programmes has no aliases: what stands twice is written twice.
    yaml.representer.ignore_aliases = lambda _data: True
    document = yaml.load(programme.text)
    pools: list[str] = []
    for name, measure in document["measures"].items():
        pools += _named(str(name), measure, programme, from_day)
    amounts = better_amounts and _rounded_up(document)
    if not pools and not amounts:
        for language, title in document["title"].items():
            document["title"][language] = f"{title} (2)"
    written = io.StringIO()
    yaml.dump(document, written)
    return Amendment(written.getvalue(), tuple(pools), amounts)


def _named(name: str, measure: Any, programme: Programme, from_day: date) -> list[str]:  # noqa: ANN401
    """Options and offers that were left open are named; the pools of codes they take."""
    section = programme.measures[name].section
    if section.choice and not section.choice.options:
        pools = [f"{name}_{letter}" for letter in "ab"]
        measure["choice"]["choose_from"] = f"{from_day}T12:00"
        measure["choice"]["options"] = {
            f"option_{letter}": {
                "title": _texts(programme, f"{letter.upper()}"),
                "pool": pool,
            }
            for letter, pool in zip("ab", pools, strict=True)
        }
        return pools
    if section.discount and section.discount.windows and not section.discount.offers:
        pools, offers = [], []
        for first, last in section.discount.windows:
            if last < from_day:
                continue
            pools.append(f"{name}_{first:%Y%m%d}")
            offers.append(
                {
                    "partner": _texts(programme, f"{first:%m}"),
                    "offer": _texts(programme, "10 %"),
                    "from": first,
                    "until": last,
                    "use_by": last,
                    "pool": pools[-1],
                }
            )
        measure["discount"]["offers"] = offers
        return pools
    return []


def _texts(programme: Programme, text: str) -> Mapping[str, str]:
    return dict.fromkeys(programme.languages, text)


def _rounded_up(document: Any) -> bool:  # noqa: ANN401 - ruamel shows no types
    """Every rounding down in formulas becomes one up; whether there was one."""
    found = False
    for formula in (document.get("formulas") or {}).values():
        text = str(formula["value"])
        if _DOWN.search(text):
            formula["value"] = type(formula["value"])(_DOWN.sub(", up)", text))
            found = True
    return found
