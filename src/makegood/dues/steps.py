"""What there is to do about a measure, and until when: from the programme's windows alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from makegood.decisions import Disposition, LineDecision, Way
from makegood.dues.telling import Telling
from makegood.dues.values import CardAct, ChoiceStanding, ClaimStanding, CouponStanding, Step
from makegood.programmes import Measure, phrase
from makegood.redress.claims import ClaimState


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the steps of a card depend on."""

    telling: Telling
    measure: Measure
    decision: LineDecision
    claim: ClaimStanding | None
    choice: ChoiceStanding | None
    coupons: tuple[CouponStanding, ...]
    other_name_document: str = ""
    is_claimed_before: bool = False

    @property
    def is_granted(self) -> bool:
        """Whether the line gets it, in whatever way."""
        return self.decision.disposition is Disposition.GRANTED

    @property
    def is_nothing(self) -> bool:
        """Whether the line gets it, and it comes to no money at all."""
        return self.is_granted and self.decision.amount == 0

    @property
    def is_automatic(self) -> bool:
        """Whether it comes without applying."""
        return self.decision.meaning.way is Way.AUTOMATIC

    @property
    def has_live_claim(self) -> bool:
        """Whether an application stands."""
        return self.claim is not None and self.claim.state is not ClaimState.WITHDRAWN


def apply_act(standing: Standing) -> CardAct | None:
    """Whether somebody can apply now, and which way; the window is half open, to the minute.

    Also of a line that is not granted the measure: whoever is refused has it in writing.
    """
    claim, local = standing.measure.section.claim, standing.telling.local
    kind = standing.measure.kind
    if standing.is_claimed_before:
        return None
    if claim is None or kind == "choice" or standing.is_automatic or standing.has_live_claim:
        return None
    if local < claim.since:
        return None
    with_document = standing.decision.meaning.way is Way.WITH_DOCUMENT
    if claim.until is None or local < claim.until:
        if with_document:
            return CardAct.APPLY_LATE
        return CardAct.ENROL if kind == "cover" else CardAct.APPLY
    is_open = standing.decision.disposition is Disposition.UNDETERMINED
    may_be_late = standing.measure.late is not None and (with_document or is_open)
    return CardAct.APPLY_LATE if may_be_late else None


def steps_of(standing: Standing) -> tuple[Step, ...]:
    """What to do about a card, in order."""
    if standing.choice is not None:
        return tuple(_choosing(standing, standing.choice))
    if standing.claim is not None and standing.has_live_claim:
        return tuple(after_applying(standing.claim))
    if standing.is_claimed_before and standing.measure.kind == "choice":
        return (Step(_("You cannot choose. If you think this is wrong, call us.")),)
    if standing.is_claimed_before:
        return (Step(_("You cannot apply for it. If you think this is wrong, call us.")),)
    if standing.is_automatic:
        return tuple(_coupons(standing)) or tuple(_nothing_to_do())
    if standing.decision.disposition is Disposition.UNDETERMINED:
        return tuple(_undetermined(standing))
    if standing.is_granted and not standing.is_nothing:
        return tuple(_applying(standing))
    return tuple(_not_granted(standing))


def _nothing_to_do() -> Iterator[Step]:
    yield Step(_("You need do nothing."))


def _applying(standing: Standing) -> Iterator[Step]:
    telling, claim = standing.telling, standing.measure.section.claim
    if claim is None:
        yield from _nothing_to_do()
        return
    act = apply_act(standing)
    if act is None:
        yield _closed(telling, claim.since, claim.until)
        if telling.local >= claim.since:
            yield from _late_way(standing)
        return
    is_late = act is CardAct.APPLY_LATE
    yield from _at_hand(standing, is_late=is_late)
    ways = telling.joined(telling.ways(standing.measure))
    words = _("Apply: %(ways)s.") % {"ways": ways}
    if claim.by:
        words = _("%(who)s applies: %(ways)s.") % {"who": claim.by[telling.language], "ways": ways}
    yield Step(words) if is_late else _until(Step(words), telling, claim.until)


def _at_hand(standing: Standing, *, is_late: bool) -> Iterator[Step]:
    """What an application needs."""
    document = document_wanted(standing, is_late=is_late)
    if document:
        yield Step(_("Have this document ready: %(document)s.") % {"document": document})
    refund = standing.measure.section.refund
    if refund is not None and refund.to == "bank_account":
        yield Step(_("Have the number of a bank account in the subscriber's own name ready."))
        if standing.other_name_document:
            said = {"document": standing.other_name_document}
            yield Step(_("For an account in another name also this: %(document)s.") % said)


def document_wanted(standing: Standing, *, is_late: bool | None = None) -> str:
    """Which document an application needs, or would help; empty where none."""
    section, language = standing.measure.section, standing.telling.language
    if is_late is None:
        is_late = standing.decision.meaning.way is Way.WITH_DOCUMENT or (
            not standing.is_granted and section.late is not None
        )
    if is_late and section.late is not None:
        return section.late.document[language]
    if standing.is_automatic or section.claim is None or section.claim.document is None:
        return ""
    return section.claim.document[language]


def _undetermined(standing: Standing) -> Iterator[Step]:
    yield Step(_("We are finding out what is missing. If you know it, tell the support centre."))
    claim, telling = standing.measure.section.claim, standing.telling
    act = apply_act(standing)
    if claim is None or act is None:
        return
    if act is CardAct.APPLY_LATE:
        late = standing.measure.section.late
        if late is not None:
            said = {"document": late.document[telling.language]}
            yield Step(_("You may apply with this document: %(document)s.") % said)
        return
    step = Step(_("You may apply already; a member of our staff decides then."))
    yield _until(step, telling, claim.until)


def _not_granted(standing: Standing) -> Iterator[Step]:
    claim, telling = standing.measure.section.claim, standing.telling
    if not standing.is_nothing:
        yield from _late_way(standing)
    if claim is None or apply_act(standing) is None:
        return
    step = Step(_("If you think this is wrong, you may apply all the same. You get a reason."))
    yield _until(step, telling, claim.until)


def _late_way(standing: Standing) -> Iterator[Step]:
    """For whom the late window is, with its document; of a line that is not in it."""
    late, language = standing.measure.section.late, standing.telling.language
    if late is not None and standing.decision.disposition is not Disposition.EXCLUDED:
        yield Step(phrase(language, "describe.late", because=late.because[language]))
        said = {"document": late.document[language]}
        yield Step(_("Then this document helps: %(document)s.") % said)
        if _is_over(standing) and apply_act(standing) is None:
            # Whom the facts do not know as late cannot apply: persons look at the document.
            yield _at_centre(standing.telling)


def _is_over(standing: Standing) -> bool:
    """Whether applications have closed."""
    claim = standing.measure.section.claim
    return claim is not None and claim.until is not None and standing.telling.local >= claim.until


def _at_centre(telling: Telling) -> Step:
    """Where a document is shown that no page takes in."""
    centre = telling.programme.section.centre
    if centre is None:
        return Step(_("Bring it to the support centre."))
    said = {"phone": centre.phone, "hours": centre.hours[telling.language]}
    return Step(_("Bring it to the support centre: %(phone)s (%(hours)s).") % said)


def after_applying(claim: ClaimStanding) -> Iterator[Step]:
    """What to do once one has applied, from where the application stands."""
    if CardAct.CORRECT_ACCOUNT in claim.acts and claim.state in (
        ClaimState.RETURNED,
        ClaimState.REFUSED,
    ):
        yield Step(_("Name another account, or hand in the document that is missing."))
    if CardAct.OBJECT in claim.acts:
        yield Step(_("If you think the refusal is wrong, object to it."))
    if not claim.is_over and claim.state is not ClaimState.RETURNED:
        yield from _nothing_to_do()


def _choosing(standing: Standing, choice: ChoiceStanding) -> Iterator[Step]:
    telling, section = standing.telling, standing.measure.section.choice
    if not standing.is_granted or section is None:
        return
    if choice.is_granted:
        yield Step(_("Open the code and enter it at the service you chose."))
        return
    if not section.options:
        yield Step(_("What there is to choose will be named later. Come back then."))
        return
    if choice.chosen and not choice.may_change:
        yield Step(_comes(choice))
        return
    since, until = section.choose_from, section.choose_until
    if (since and telling.local < since) or (until and telling.local >= until):
        yield _closed(telling, since, until)
        return
    words = _("Choose one.")
    if choice.chosen:
        words = f"{_comes(choice)} {_('Until then you may choose another one.')}"
    elif choice.given_text:
        said = {"given": choice.given_text}
        words = _("Choose one. Its code is due on %(given)s at the latest.") % said
    yield _until(Step(words), telling, until)


def _comes(choice: ChoiceStanding) -> str:
    """That the code of what was chosen comes by itself, and by when."""
    if not choice.given_text:
        return _("The code comes by itself, and is shown here.")
    said = {"given": choice.given_text}
    return _("The code is due on %(given)s at the latest, by itself, and is shown here.") % said


def _coupons(standing: Standing) -> Iterator[Step]:
    """What can be taken now; else what can be taken next, and when."""
    wanted = [each for each in standing.coupons if each.has_code and not each.is_taken]
    for coupon in wanted:
        if coupon.is_open:
            said = {"partner": coupon.partner, "offer": coupon.offer}
            yield Step(_("Take the coupon: %(partner)s, %(offer)s.") % said, coupon.until_text)
    if wanted and not any(coupon.is_open for coupon in wanted):
        soonest = min(wanted, key=lambda coupon: coupon.since)
        said = {"partner": soonest.partner, "days": soonest.days_text}
        yield Step(_("The coupon of %(partner)s can be taken here: %(days)s.") % said)


def _closed(telling: Telling, since: datetime | None, until: datetime | None) -> Step:
    if since is not None and telling.local < since:
        return Step(_("It opens on %(opens)s.") % {"opens": telling.moment(since)})
    if until is None:
        return Step(_("It is closed."))
    return Step(_("It closed on %(closes)s.") % {"closes": telling.moment(until)})


def _until(step: Step, telling: Telling, until: datetime | None) -> Step:
    if until is None:
        return step
    return replace(step, until_text=telling.moment(until), until=until)
