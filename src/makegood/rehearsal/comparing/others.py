"""Passes that were chosen and coupons that were taken, and where every claim ended."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.found import Found

if TYPE_CHECKING:
    from makegood.rehearsal.story import Deed

_PASSES_AT = time(10, 2)
"""When work is done for the first time after passes are due: until then one may choose anew."""


def compare_passes(found: Found) -> None:
    """The option of the last choice, to whoever was still granted it when passes were given."""
    from makegood.channels.vouchers import code_of
    from makegood.redress.choices import choice_of

    play, before, looked = found.play, found.difference_count, 0
    codes: Counter[str] = Counter()
    for name, measure in play.programme.measures.items():
        if not measure.section.choice:
            continue
        for line_id in sorted(play.story.lines_with(name)):
            deeds = [deed for deed in play.story.of(name, line_id) if deed.what == "chose"]
            if not deeds:
                continue
            looked += 1
            expected = _granted_option(found, name, line_id, deeds)
            choice = choice_of(play.programme.identifier, name, line_id)
            got = choice.option if choice and choice.state == "granted" else "nothing"
            if got != expected:
                found.differs(line_id, name, "pass", expected, got)
            code = code_of(found.key(name, line_id))
            if (code is not None) != (expected != "nothing"):
                found.differs(line_id, name, "code", expected, "one" if code else "none")
            codes[code or ""] += code is not None
    for code in [code for code, times in codes.items() if times > 1]:
        found.differs("", "", f"code {code[:4]}…", "one line", codes[code])
    if looked:
        found.checked("passes", looked, before=before)


def _granted_option(found: Found, measure: str, line_id: str, deeds: list[Deed]) -> str:
    """What was chosen last before passes were given to a line that was granted one."""
    standings = found.play.standings
    for number, deed in enumerate(deeds):
        given_on = _next_giving(deed.at)
        given_at = datetime.combine(given_on, _PASSES_AT)
        if number + 1 < len(deeds) and deeds[number + 1].at <= given_at:
            continue
        day = given_on
        while day <= found.ended:
            word, _ = standings.of(measure, day, [line_id], amended=True)[line_id]
            if word == "automatic":
                return deed.detail
            day += timedelta(days=1)
            if len(deeds) > number + 1:
                break
    return "nothing"


def _next_giving(at: datetime) -> date:
    return at.date() if at.time() <= _PASSES_AT else at.date() + timedelta(days=1)


def compare_coupons(found: Found) -> None:
    """One code for whoever took a coupon while the line was granted it, and none for others."""
    from makegood.channels.vouchers import code_of
    from makegood.redress.choices import coupons_of

    play, before, looked = found.play, found.difference_count, 0
    codes: Counter[str] = Counter()
    for name in play.programme.measures:
        for line_id in sorted(play.story.lines_with(name)):
            deeds = [deed for deed in play.story.of(name, line_id) if deed.what == "coupon"]
            refused = [
                deed
                for deed in play.story.of(name, line_id)
                if deed.what == "refused" and deed.detail.startswith("coupon")
            ]
            looked += len(deeds) + len(refused)
            for deed in refused:
                word, _ = play.standings.of(name, deed.at.date(), [line_id])[line_id]
                if word == "automatic":
                    found.differs(line_id, name, "coupon", "one", deed.detail)
            offers = sorted({int(deed.detail) for deed in deeds})
            taken = sorted(c.offer for c in coupons_of(line_id) if c.measure == name)
            if deeds and offers != taken:
                found.differs(line_id, name, "coupons", offers, taken)
            for offer in offers:
                code = code_of(found.key(name, line_id, f"offer {offer}"))
                codes[code or ""] += 1
    for code, times in codes.items():
        if times > 1 or not code:
            found.differs("", "", "coupon's code", "one line", times)
    if looked:
        found.checked("coupons", looked, before=before)
