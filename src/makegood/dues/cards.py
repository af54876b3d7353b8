"""One card: a measure of a line, from its decision, its claims, its choices and its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from makegood.decisions import Disposition, Explanation, LineDecision, Way
from makegood.dues.alike import Kept, alike
from makegood.dues.arriving import Bringing, Families, arrivals, is_enrolled
from makegood.dues.claimed import claim_standing
from makegood.dues.partners import choice_standing, coupon_standings
from makegood.dues.steps import Standing, apply_act, document_wanted, steps_of
from makegood.dues.telling import Telling
from makegood.dues.values import (
    Card,
    CardAct,
    ChoiceStanding,
    ClaimStanding,
    CouponStanding,
    Status,
    Tone,
)
from makegood.programmes import Measure, contract_of, number_text
from makegood.redress.choices import Choice, Coupon
from makegood.redress.claims import Claim, ClaimState
from makegood.redress.quotes import explainer_of, is_anothers
from makegood.redress.serving import LineStanding
from makegood.runs import Arrived


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the store knows of one line beside its decision, by measure; the newest claims first.

    ``claimed_before`` are the measures, each with a contract, that whoever held the line before has
    applied for; ``chosen_before`` those of which their choice is on its way or given;
    ``taken_before`` are measures, each with an offer, of which they took the coupon;
    ``standing_before`` those of which a claim of theirs is neither withdrawn nor refused.
    """

    claims: Mapping[str, Sequence[Claim]] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)
    coupons: Mapping[str, Mapping[int, Coupon]] = field(default_factory=dict)
    items: Mapping[str, Sequence[Arrived]] = field(default_factory=dict)
    families: Families = frozenset()
    claimed_before: frozenset[tuple[str, str]] = frozenset()
    chosen_before: frozenset[str] = frozenset()
    taken_before: frozenset[tuple[str, int]] = frozenset()
    standing_before: frozenset[str] = frozenset()


def cards_of(standing: LineStanding, gathered: Gathered, telling: Telling) -> tuple[Card, ...]:
    """The cards of a line by one programme, in the file's order; in the language in force."""
    kept = alike(telling, gathered.families)
    explainer = explainer_of(telling.programme, telling.language)
    return tuple(
        _kept(standing, decision, explainer.of(decision, standing.values), gathered, telling, kept)
        for decision in standing.decisions
    )


def _kept(
    line: LineStanding,
    decision: LineDecision,
    explained: Explanation,
    gathered: Gathered,
    telling: Telling,
    kept: Kept,
) -> Card:
    """The card, made once for all lines of which it says the same."""
    name = decision.measure
    told_alone = (gathered.claims, gathered.choices, gathered.coupons)
    is_before = gathered.claimed_before or gathered.chosen_before or gathered.taken_before
    if is_before or any(each.get(name) for each in told_alone):
        return _card(line, decision, explained, gathered, telling)
    key = (
        *(name, decision.code, decision.amount, decision.also, decision.missing),
        *(explained.sentences, explained.misses),
        _other_name_document(line, telling.programme.measures[name], telling),
        tuple(replace(item, line_id="") for item in gathered.items.get(name, ())),
    )
    card = kept.get(key)
    if card is None:
        made = _card(line, decision, explained, gathered, telling)
        card = kept.setdefault(key, made.shared())
    return card


def _card(
    line: LineStanding,
    decision: LineDecision,
    explained: Explanation,
    gathered: Gathered,
    telling: Telling,
) -> Card:
    measure, name = telling.programme.measures[decision.measure], decision.measure
    claims = gathered.claims.get(name, ())
    claim = _present(line, claims)
    told = claim_standing(claim, telling) if claim else None
    choice = gathered.choices.get(name)
    is_granted = decision.disposition is Disposition.GRANTED
    was_anothers = is_anothers(
        line,
        decision,
        gathered.claimed_before,
        gathered.chosen_before,
        gathered.standing_before,
    )
    is_before = not _stands(claim) and was_anothers
    may_have_choice = not is_before and (is_granted or choice is not None)
    standing = Standing(
        telling=telling,
        measure=measure,
        decision=decision,
        claim=told,
        choice=choice_standing(measure, choice, telling) if may_have_choice else None,
        coupons=tuple(
            each
            for each in coupon_standings(measure, gathered.coupons.get(name, {}), telling)
            if (name, each.number) not in gathered.taken_before
        ),
        other_name_document=_other_name_document(line, measure, telling),
        is_claimed_before=is_before,
    )
    otherwise = _approved_otherwise(claim, told, decision)
    is_automatic = decision.meaning.way is Way.AUTOMATIC
    bringing = Bringing(
        telling=telling,
        measure=measure,
        items=gathered.items.get(name, ()),
        families=gathered.families,
        claims=claims,
        is_due=is_granted and (is_automatic or _is_approved(claim)),
        is_automatic=is_automatic,
    )
    enrolled = is_enrolled(bringing)
    acts = frozenset(_acts(standing, is_enrolled=enrolled))
    card = Card(
        programme=telling.programme.identifier,
        measure=name,
        kind=measure.kind,
        title=explained.title,
        promise=measure.section.promise[telling.language],
        disposition=decision.disposition,
        way=decision.meaning.way,
        status=decision_status(decision),
        amount_text=otherwise or _amount(decision, measure, telling),
        sentences=(
            *explained.sentences,
            *_otherwise(otherwise),
            *_reckoned_anew(claim, told, decision),
        ),
        misses=explained.misses,
        steps=steps_of(standing),
        document_wanted=document_wanted(standing),
        claim=told,
        choice=standing.choice,
        coupons=standing.coupons if is_granted else _taken(standing),
        certificate=enrolled,
        arrived=arrivals(bringing),
        acts=acts,
        apply_is_advised=_is_advised(standing),
        language=telling.language,
        earlier_claims=tuple(claim_standing(each, telling) for each in claims if each is not claim),
        may_apply_again=_may_apply_again(standing, was_anothers=was_anothers),
    )
    return _taken_before(card) if standing.is_claimed_before else card


def _taken_before(card: Card) -> Card:
    """The card of what somebody else has applied for, or chosen: it promises nothing.

    It names nobody, and shows nothing of what has come of it.
    """
    words = _("applied for before")
    why = _("This was applied for before the line was yours. It is given once.")
    if card.kind == "choice":
        words = _("chosen before")
        why = _("This was chosen before the line was yours. It is given once.")
    return replace(
        card,
        status=Status(words, Tone.PLAIN),
        amount_text="",
        sentences=(why,),
        misses=(),
        document_wanted="",
        certificate=False,
        arrived=(),
        acts=card.acts - {CardAct.CERTIFICATE},
        apply_is_advised=False,
        is_claimed_before=True,
    )


def _present(line: LineStanding, claims: Sequence[Claim]) -> Claim | None:
    """The claim that a card is about: of the line's contract, one that stands before others."""
    contract = contract_of(line.programme, line.values)
    ours = [claim for claim in claims if claim.contract == contract]
    living = (claim for claim in ours if claim.state is not ClaimState.WITHDRAWN)
    return next(living, ours[0] if ours else None)


def _stands(claim: Claim | None) -> bool:
    """Whether their own claim brings something, or may: it is theirs, whoever applied before."""
    over = (ClaimState.WITHDRAWN, ClaimState.REFUSED)
    return claim is not None and claim.state not in over


def _is_approved(claim: Claim | None) -> bool:
    return claim is not None and claim.state in (
        *(ClaimState.APPROVED, ClaimState.SCHEDULED, ClaimState.PAYING, ClaimState.PAID),
    )


def _approved_otherwise(
    claim: Claim | None, told: ClaimStanding | None, decision: LineDecision
) -> str:
    """The amount on which a claim was approved, where it is another than the decision's."""
    if claim is None or told is None or claim.approved_on is None or not _stands(claim):
        return ""
    return told.amount_text if claim.amount != (decision.amount or 0) else ""


def _otherwise(amount: str) -> Iterator[str]:
    """That another amount was agreed on than the facts say."""
    if amount:
        yield _("Your application was approved with another amount: %(amount)s.") % {
            "amount": amount
        }


def _reckoned_anew(
    claim: Claim | None, told: ClaimStanding | None, decision: LineDecision
) -> Iterator[str]:
    """That the facts give another amount by now than stood there when somebody applied."""
    if claim is None or told is None or not _stands(claim) or claim.approved_on is not None:
        return
    if told.amount_text and decision.amount and claim.amount != decision.amount:
        yield _("When you applied it was %(amount)s.") % {"amount": told.amount_text}


def _other_name_document(line: LineStanding, measure: Measure, telling: Telling) -> str:
    """The document for an account in another name, where this line's holder may name one."""
    refund = measure.section.refund
    account = refund.account if refund else None
    if account is None or account.holder is None or account.document is None:
        return ""
    is_other = line.values.get(account.holder) in account.other_name_for
    return account.document[telling.language] if is_other else ""


def decision_status(decision: LineDecision) -> Status:
    """What a decision says as a word."""
    match decision.disposition:
        case Disposition.EXCLUDED:
            return Status(_("not for this line"), Tone.PLAIN)
        case Disposition.NOT_IN_SCOPE:
            return Status(_("does not qualify"), Tone.PLAIN)
        case Disposition.UNDETERMINED:
            return Status(_("not decided yet"), Tone.WARN)
    if decision.meaning.way is Way.AUTOMATIC:
        return Status(_("you get it"), Tone.GOOD)
    if decision.amount == 0:
        return Status(_("nothing to pay"), Tone.PLAIN)
    if decision.meaning.way is Way.WITH_DOCUMENT:
        return Status(_("on application, with a document"), Tone.OPEN)
    return Status(_("on application"), Tone.OPEN)


def _is_advised(standing: Standing) -> bool:
    """Whether an application can come to more than a reason in writing."""
    if standing.decision.disposition is Disposition.UNDETERMINED:
        return True
    return standing.is_granted and not standing.is_nothing


def _amount(decision: LineDecision, measure: Measure, telling: Telling) -> str:
    """How much: money, or how much of what; empty where the line does not get it."""
    if decision.disposition is not Disposition.GRANTED:
        return ""
    if decision.amount is not None:
        return telling.money(decision.amount)
    grant, uplift, language = measure.section.grant, measure.section.uplift, telling.language
    if grant:
        quantity = number_text(grant.quantity, language, grant.unit[language])
        said = {"quantity": quantity, "months": grant.months}
        return _("%(quantity)s a month, %(months)s months") % said
    return _("+%(percent)s %%") % {"percent": uplift.percent} if uplift else ""


def _acts(standing: Standing, *, is_enrolled: bool) -> Iterator[CardAct]:
    if act := apply_act(standing):
        yield act
    if standing.claim is not None:
        yield from standing.claim.acts
    if standing.choice is not None:
        yield from _choice_acts(standing, standing.choice)
    if is_enrolled:
        yield CardAct.CERTIFICATE
    if any(_has_coupon(each, standing) for each in standing.coupons):
        yield CardAct.TAKE_COUPON


def _may_apply_again(standing: Standing, *, was_anothers: bool) -> bool:
    """Whether another application can be made once the one that stands is taken back."""
    if not standing.has_live_claim:
        return False
    without = replace(standing, claim=None, is_claimed_before=was_anothers)
    return apply_act(without) is not None


def _has_coupon(coupon: CouponStanding, standing: Standing) -> bool:
    """Whether its code can be had now, or seen again."""
    return coupon.has_code and (coupon.is_taken or (coupon.is_open and standing.is_granted))


def _choice_acts(standing: Standing, choice: ChoiceStanding) -> Iterator[CardAct]:
    if choice.may_change and standing.is_granted:
        yield CardAct.CHOOSE
    if choice.is_granted:
        yield CardAct.SHOW_CODE


def _taken(standing: Standing) -> tuple[CouponStanding, ...]:
    return tuple(each for each in standing.coupons if each.is_taken)
