"""Passes that were chosen: the option of the last choice, one code each, whatever ran empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from makegood.rehearsal.comparing.found import Found

if TYPE_CHECKING:
    from makegood.programmes import Measure
    from makegood.rehearsal.story import Deed

_PASSES_AT = time(10, 2)
"""When work is done for the first time after passes are due: until then one may choose anew."""
_NOTHING = "nothing"


def compare_passes(found: Found) -> None:
    """The option of the last choice, to whoever was still granted it when passes were given."""
    from makegood.channels.vouchers import code_of
    from makegood.redress.choices import choice_of

    play, before, looked = found.play, found.difference_count, 0
    codes: Counter[str] = Counter()
    for name, measure in play.programme.measures.items():
        if not measure.section.choice:
            continue
        pools = _pools(measure)
        for line_id in sorted(play.story.lines_with(name)):
            deeds = [deed for deed in play.story.of(name, line_id) if deed.what == "chose"]
            if not deeds:
                continue
            looked += 1
            expected = granted_options(found, name, line_id, deeds, pools)
            choice = choice_of(play.programme.identifier, name, line_id)
            got = choice.option if choice and choice.state == "granted" else _NOTHING
            if got not in expected:
                found.differs(line_id, name, "pass", " or ".join(sorted(expected)), got)
            code = code_of(found.key(name, line_id))
            if (code is not None) != (got != _NOTHING):
                found.differs(line_id, name, "code", got, "one" if code else "none")
            codes[code or ""] += code is not None
    for code in [code for code, times in codes.items() if times > 1]:
        found.differs("", "", f"code {code[:4]}…", "one line", codes[code])
    for pool, shortage in play.story.shortages.items():
        if shortage.empty_on is not None and shortage.until is None:
            found.differs("", "", f"pool {pool}", "filled again", "empty")
    if looked:
        found.checked("passes", looked, before=before)


def granted_options(
    found: Found, measure: str, line_id: str, deeds: Sequence[Deed], pools: Mapping[str, str]
) -> frozenset[str]:
    """What a line must have: the choice that stood when passes were given to it.

    ``pools`` are by option. While a pool is short, one that was chosen may be given on a day or
    not: then a later choice counts where there is one. More than one answer only where the line
    was granted nothing any more when the pool was filled again.
    """
    standings, may_have = found.play.standings, set[str]()
    day = _next_giving(deeds[0].at)
    while day <= found.ended:
        given_at = datetime.combine(day, _PASSES_AT)
        option = [deed for deed in deeds if deed.at <= given_at][-1].detail
        word, _ = standings.of(measure, day, [line_id], amended=True)[line_id]
        if word == "automatic":
            if not _is_short(found, pools.get(option, ""), given_at):
                return frozenset({option})
            # Whoever chose anew after it was given nothing then.
            if option == deeds[-1].detail:
                may_have.add(option)
        day += timedelta(days=1)
    return frozenset({*may_have, _NOTHING})


def _pools(measure: Measure) -> dict[str, str]:
    choice = measure.section.choice
    return {name: option.pool for name, option in choice.options.items()} if choice else {}


def _is_short(found: Found, pool: str, at: datetime) -> bool:
    shortage = found.play.story.shortages.get(pool)
    if shortage is None:
        return False
    return shortage.since <= at and (shortage.until is None or at < shortage.until)


def _next_giving(at: datetime) -> date:
    return at.date() if at.time() <= _PASSES_AT else at.date() + timedelta(days=1)
