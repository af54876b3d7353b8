"""Choices and partners' offers of a card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from makegood.dues.telling import Telling
from makegood.dues.values import ChoiceStanding, CouponStanding, OptionStanding, Status, Tone
from makegood.programmes import Measure
from makegood.redress.choices import Choice, ChoiceState, Coupon
from makegood.runs import RunKind, time_of_day


def choice_standing(
    measure: Measure, choice: Choice | None, telling: Telling
) -> ChoiceStanding | None:
    """What there is to choose of a measure and what was chosen; None where it is no choice."""
    section, language = measure.section.choice, telling.language
    if section is None:
        return None
    chosen = choice.option if choice else ""
    options = tuple(
        OptionStanding(name, option.title[language], is_chosen=name == chosen)
        for name, option in section.options.items()
    )
    named = section.options.get(chosen)
    is_open = (section.choose_from is None or telling.local >= section.choose_from) and (
        section.choose_until is None or telling.local < section.choose_until
    )
    return ChoiceStanding(
        options=options,
        chosen=chosen,
        # An amended programme may name an option no more that somebody has.
        chosen_title=named.title[language] if named else chosen,
        status=_status(choice),
        is_granted=choice is not None and choice.state is ChoiceState.GRANTED,
        may_change=bool(options)
        and is_open
        and (choice is None or choice.state is ChoiceState.CHOSEN),
        until_text=telling.moment(section.choose_until) if section.choose_until else "",
        given_text=telling.moment(_given_by(telling))
        if section.choose_from and not _has_left(choice) and (choice or (options and is_open))
        else "",
    )


def _has_left(choice: Choice | None) -> bool:
    return choice is not None and choice.state is not ChoiceState.CHOSEN


def _given_by(telling: Telling) -> datetime:
    """When what is chosen now leaves at the latest: passes leave once a day.

    Who is the first of a day to choose after that time is given it at once.
    """
    today = datetime.combine(telling.today, time_of_day(RunKind.PASSES))
    return today if telling.local < today else today + timedelta(days=1)


def _status(choice: Choice | None) -> Status:
    if choice is None:
        return Status(_("not chosen yet"), Tone.OPEN)
    return {
        ChoiceState.CHOSEN: Status(_("chosen"), Tone.GOOD),
        ChoiceState.GRANTING: Status(_("code is being prepared"), Tone.OPEN),
        ChoiceState.GRANTED: Status(_("code is ready"), Tone.GOOD),
    }[choice.state]


def coupon_standings(
    measure: Measure, taken: Mapping[int, Coupon], telling: Telling
) -> tuple[CouponStanding, ...]:
    """A measure's offers with the coupons that were taken, by the offers' numbers from 1.

    Offers that are over and were not taken are left out.
    """
    discount, language = measure.section.discount, telling.language
    found = []
    for number, offer in enumerate(discount.offers if discount else (), start=1):
        is_taken = number in taken
        is_over = telling.today > offer.until
        if is_over and not is_taken:
            continue
        is_open = offer.since <= telling.today <= offer.until
        days = {"first": telling.day(offer.since), "last": telling.day(offer.until)}
        found.append(
            CouponStanding(
                number=number,
                partner=offer.partner[language],
                offer=offer.offer[language],
                since=offer.since,
                days_text=_("%(first)s to %(last)s") % days,
                until_text=telling.day(offer.until),
                use_by_text=telling.day(offer.use_by),
                cap_text=telling.money(offer.cap) if offer.cap is not None else "",
                status=_offer_status(is_taken=is_taken, is_open=is_open),
                is_taken=is_taken,
                is_open=is_open,
                has_code=offer.pool is not None,
            )
        )
    return tuple(found)


def _offer_status(*, is_taken: bool, is_open: bool) -> Status:
    if is_taken:
        return Status(_("taken"), Tone.GOOD)
    return Status(_("open"), Tone.OPEN) if is_open else Status(_("not open yet"), Tone.PLAIN)
