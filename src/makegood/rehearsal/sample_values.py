"""What a programme leaves to be named later is named for a demonstration, and marked as a sample.

The programme's file stays as it was published: the demonstration publishes an amended version.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.rehearsal.playing import Play

_WIDTH = 4096
_PHONE = "1500-0000"
_BUDGET = 1_000_000_000
_HOURS = {"ko": "매일 9시부터 18시까지 (견본)", "en": "every day from 9 to 18 (sample)"}
_EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_PARTNER = {"ko": "견본 제휴처 {} (가상)", "en": "Sample partner {} (made up)"}
_OFFER = {"ko": "견본 할인 10%", "en": "sample of 10 % off"}
REASON = "sample values of the demonstration, not published by the operator"


@dataclass(frozen=True, slots=True)
class Sampled:
    """The amended text, the pools of codes that it names anew, and what was laid over, in words."""

    text: str
    pools: tuple[str, ...]
    said: tuple[str, ...]


def lay_over(programme: Programme, day: date) -> Sampled:
    """The programme with sample values where it names none; ``said`` is empty where it names all.

    On ``day`` choosing opens; offers are those whose days are not over by then. Nothing that the
    programme says is changed.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    # The language of programmes has no aliases: what stands twice is written twice.
    yaml.representer.ignore_aliases = lambda _data: True
    document = yaml.load(programme.text)
    said = list(_whole(document, programme))
    pools: list[str] = []
    for name in document["measures"]:
        for words, pool in _measure(document["measures"][name], str(name), programme, day):
            said.append(words)
            pools.append(pool)
    written = io.StringIO()
    yaml.dump(document, written)
    return Sampled(written.getvalue(), tuple(pools), tuple(said))


def publish_samples(play: Play, day: date) -> tuple[str, ...]:
    """Publish the programme with sample values, by two persons; what was laid over, in words."""
    from makegood.programmes import load_messages_beside, load_text
    from makegood.rehearsal.pools import fill
    from makegood.rehearsal.staff import put_in_force

    laid = lay_over(play.programme, day)
    if not laid.said or play.crew is None:
        return ()
    programme = load_text(laid.text, "sample.yaml")
    for pool in laid.pools:
        fill(play, pool, play.crew)
    messages = load_messages_beside(play.programme_file, programme)
    put_in_force(play.crew, programme, REASON, messages)
    play.programme = programme
    play.tell(play.now, f"{REASON}: {'; '.join(laid.said)}")
    return laid.said


def _whole(document: Any, programme: Programme) -> Iterator[str]:  # noqa: ANN401 - ruamel shows none
    if programme.section.centre is None:
        opened = [{"days": _EVERY_DAY, "from": "09:00", "until": "18:00"}]
        centre = {"phone": _PHONE, "hours": _texts(programme, _HOURS), "open": opened}
        document["centre"] = centre
        yield f"the centre's number {_PHONE} and its hours"
    if programme.section.budget is None:
        document["budget"] = _BUDGET
        yield f"a budget of {programme.currency.text(_BUDGET, 'en')}"


def _measure(
    measure: Any,  # noqa: ANN401 - ruamel shows no types
    name: str,
    programme: Programme,
    day: date,
) -> Iterator[tuple[str, str]]:
    """What is laid over a measure: in words, with the pool of codes that it takes."""
    section = programme.measures[name].section
    title = section.title.get("en", name)
    if section.choice and not section.choice.options:
        if section.choice.choose_from is None:
            measure["choice"]["choose_from"] = f"{day}T09:00"
        options = measure["choice"]["options"] = {}
        for letter in "ab":
            pool, shown = f"{name}_sample_{letter}", letter.upper()
            titles = {
                "ko": f"견본 서비스 {shown} (가상)",
                "en": f"Sample service {shown} (made up)",
            }
            options[f"sample_{letter}"] = {"title": _texts(programme, titles), "pool": pool}
            yield f"{title}: {titles['en']}, with codes", pool
    discount = section.discount
    if discount and discount.windows and not discount.offers:
        offers = measure["discount"]["offers"] = []
        for number, (first, last) in enumerate(discount.windows, start=1):
            if last < day:
                continue
            partner = {language: text.format(number) for language, text in _PARTNER.items()}
            pool = f"{name}_sample_{first:%Y%m%d}"
            offers.append(
                {
                    "partner": _texts(programme, partner),
                    "offer": _texts(programme, _OFFER),
                    "from": first,
                    "until": last,
                    "use_by": last,
                    "pool": pool,
                }
            )
            yield f"{title}: {partner['en']} from {first}, with codes", pool


def _texts(programme: Programme, texts: Mapping[str, str]) -> Mapping[str, str]:
    return {language: texts.get(language, texts["en"]) for language in programme.languages}
