"""Which customers may sign in to a demonstration, and what each of them is there to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.dues import Card
    from makegood.rehearsal.playing import Play

_OF_EACH = 2
_CLAIMS_OF_EACH_STATE = 8
_OTHERS_OF_EACH = 8
_ANYBODY = 40
_LANGUAGE = "en"
_LEFT_OUT = "excluded"
_STANDS = {
    "paid": "has applied, was paid",
    "paying": "has applied, is being paid",
    "returned": "has applied, the payment came back: can correct the account",
    "refused": "has applied, was refused",
    "scheduled": "has applied, is paid later",
    "checked": "has applied, persons decide",
    "objected": "has applied and objected, persons decide",
    "mended": "has applied and corrected the account",
    "submitted": "has applied, is being checked",
    "withdrawn": "has applied and withdrew",
}
"""What is said of whose application stands so."""
_STANDS_WITHOUT_MONEY = {
    **_STANDS,
    "paid": "has applied, has taken effect",
    "paying": "has applied, is taking effect",
    "scheduled": "has applied, takes effect later",
}
"""The same where nothing is paid."""


def sample_customers(play: Play, day: date) -> tuple[Mapping[str, str], ...]:
    """Two of each kind that there is, told by what their own page says at this moment.

    Who can still apply, who has applied and where that stands, who can choose, who does not get
    something and why. ``play`` has come to the day.
    """
    wanted: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for one in _candidates(play, day):
        kind, words = _shown(play, one)
        if kind and seen[kind] < _OF_EACH and one not in wanted:
            seen[kind] += 1
            wanted[one] = words
    people = play.world.people(play.home.folder / "contacts.parquet", set(wanted))
    lines = play.world.line_ids()
    play.accounts.know(line for line in lines if play.world.customer_of(line) in wanted)
    return tuple(
        {
            "phone": people[one]["phone"],
            "birth_date": str(people[one]["birth_date"]),
            "name": people[one]["name"],
            "bank_code": play.accounts.number(one)[0],
            "account_number": play.accounts.number(one)[1],
            "who": words,
        }
        for one, words in wanted.items()
        if one in people
    )


def _candidates(play: Play, day: date) -> Iterator[str]:
    """Customers to look at: those who may apply, those who have, those left out, and anybody."""
    from makegood.redress.claims import ClaimState, claims

    world, programme = play.world, play.programme
    standing = {
        name: play.standings.of(name, day, world.line_ids(), amended=play.amendment is not None)
        for name in programme.measures
    }
    for word in ("on_application", "with_document"):
        for name, measure in programme.measures.items():
            if measure.section.refund is not None:
                applied = play.story.lines_with(name)
                yield from _of(play, standing[name], word, besides=applied)
    for state in ClaimState:
        found = claims(programme.identifier, states=[state], limit=_CLAIMS_OF_EACH_STATE)
        yield from (claim.customer_id for claim in found)
    for name in programme.measures:
        yield from _of(play, standing[name], _LEFT_OUT, besides=set())
    yield from map(world.customer_of, world.line_ids()[:_ANYBODY])


def _of(
    play: Play, standing: Mapping[str, tuple[str, int]], word: str, *, besides: set[str]
) -> Iterator[str]:
    """Some whose line stands so by the oracle, with an amount if it is to be paid."""
    is_paid = word != _LEFT_OUT
    lines = sorted(
        line
        for line, (said, amount) in standing.items()
        if said == word and (amount or not is_paid)
    )
    open_ones = [line for line in lines if line not in besides]
    return map(play.world.customer_of, open_ones[:_OTHERS_OF_EACH])


def _shown(play: Play, one: str) -> tuple[str, str]:
    """What a customer's page shows first of all: its kind, and in words. Both empty: nothing."""
    from makegood.dues import dues_of

    dues = dues_of(one, _LANGUAGE, programme=play.programme.identifier)
    cards = [card for line in dues.lines for card in line.cards]
    several = " (several lines)" if len(dues.lines) > 1 else ""
    for of in (_claimed, _applying, _left_out):
        for card in cards:
            if said := of(card):
                kind, words = said
                return kind, f"{card.title}: {words}{several}"
    # Of several lines once.
    shown = list(dict.fromkeys((card.title, words) for card in cards for words in _can(card)))
    if not shown:
        shown = [(card.title, "gets it without applying") for card in cards if _is_given(card)][:1]
    told = "; ".join(f"{title}: {words}" for title, words in shown)
    return ", ".join(words for _title, words in shown), f"{told}{several}" if told else ""


def _claimed(card: Card) -> tuple[str, str] | None:
    claim = card.claim or next(iter(card.earlier_claims), None)
    if claim is None:
        return None
    stands = _STANDS if claim.amount_text else _STANDS_WITHOUT_MONEY
    words = stands.get(str(claim.state), str(claim.state))
    return words, words


def _applying(card: Card) -> tuple[str, str] | None:
    from makegood.dues import CardAct

    if card.may(CardAct.APPLY) and card.amount_text and card.apply_is_advised:
        return f"can apply {card.measure}", f"can apply, {card.amount_text}"
    if card.may(CardAct.APPLY_LATE):
        return f"with a document {card.measure}", "can apply with a document"
    return None


def _left_out(card: Card) -> tuple[str, str] | None:
    from makegood.decisions import Disposition

    if card.disposition is not Disposition.EXCLUDED or not card.sentences:
        return None
    return f"left out {card.measure}", f"does not get it. {card.sentences[0]}"


def _can(card: Card) -> Iterator[str]:
    """What there is to do about what comes without an application, in words."""
    from makegood.dues import CardAct

    if card.may(CardAct.CHOOSE):
        yield "can choose"
    if card.may(CardAct.TAKE_COUPON):
        yield "can take the coupon of the month"
    if card.may(CardAct.ENROL):
        yield "can enrol"
    if card.may(CardAct.CERTIFICATE):
        yield "can load the certificate"


def _is_given(card: Card) -> bool:
    from makegood.decisions import Way

    return card.way is Way.AUTOMATIC
