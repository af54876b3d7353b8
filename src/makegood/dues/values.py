"""What a card holds: everything about one measure of one line, already in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from makegood.decisions import Disposition, Way
from makegood.programmes import Programme
from makegood.redress.claims import ClaimState
from makegood.redress.serving import LineStanding


class CardAct(StrEnum):
    """What a customer can do about a card now. Closed: there are no others."""

    APPLY = "apply"
    APPLY_LATE = "apply_late"
    CORRECT_ACCOUNT = "correct_account"
    WITHDRAW = "withdraw"
    OBJECT = "object"
    CHOOSE = "choose"
    SHOW_CODE = "show_code"
    ENROL = "enrol"
    CERTIFICATE = "certificate"
    TAKE_COUPON = "take_coupon"


class ArrivalState(StrEnum):
    """What became of one thing that is brought to a line. Closed: there are no others."""

    GRANTED = "granted"
    """It is there: the other side said so."""
    SENT = "sent"
    """It left; no answer yet."""
    FAILED = "failed"
    """It did not arrive; it is tried again, or a customer puts something right first."""
    RETURNED = "returned"
    """It arrived and came back."""
    WAITING = "waiting"
    """Its day has not come, or it has not left yet."""
    IN_DOUBT = "in_doubt"
    """The other side said two things; a person finds out."""
    LEFT_OUT = "left_out"
    """Its day is over and the line was not among those that got it."""


class Tone(StrEnum):
    """The colour of a word of state; the word itself says the same."""

    GOOD = "good"
    OPEN = "live"
    WARN = "warn"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Status:
    """A state as a word, with its colour."""

    words: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and until when; ``until_text`` is empty where there is no end."""

    words: str
    until_text: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing that was or will be brought: when, what, and whether it is there."""

    when_text: str
    words: str
    state: ArrivalState
    status: Status
    is_to_come: bool = False


@dataclass(frozen=True, slots=True)
class ClaimStanding:
    """An application in the customer's words.

    ``sentences`` say where it stands, when it is paid, or why not. ``reason`` is why it was refused
    or came back, else empty. ``amount_text`` is empty for what is no money (not ``is_money``);
    ``pay_on_text`` is then the day on which it takes effect.
    """

    receipt_number: str
    state: ClaimState
    status: Status
    submitted_text: str
    sentences: tuple[str, ...]
    amount_text: str = ""
    pay_on_text: str = ""
    reason: str = ""
    is_money: bool = True
    is_late: bool = False
    is_over: bool = False
    acts: frozenset[CardAct] = frozenset()


@dataclass(frozen=True, slots=True)
class OptionStanding:
    """One thing to choose; at most one of a card is chosen."""

    name: str
    title: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceStanding:
    """What there is to choose, what was chosen, and whether its code is there.

    ``until_text`` is when choosing ends, ``given_text`` when what is chosen now leaves at the
    latest; empty where neither is known or it has left.
    """

    options: tuple[OptionStanding, ...]
    chosen: str
    chosen_title: str
    status: Status
    is_granted: bool
    may_change: bool
    until_text: str
    given_text: str = ""


@dataclass(frozen=True, slots=True)
class CouponStanding:
    """A partner's offer for a line. ``number`` counts a measure's offers from 1.

    ``since`` is the first day on which it can be taken.
    """

    number: int
    partner: str
    offer: str
    since: date
    days_text: str
    until_text: str
    use_by_text: str
    cap_text: str
    status: Status
    is_taken: bool
    is_open: bool
    has_code: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One measure of one line: what, how much, why, what to do until when, what has arrived.

    ``sentences`` and ``misses`` are the decision's own words, as ``makegood explain`` says them.
    ``apply_is_advised`` is False where somebody may apply only to have a refusal in writing.
    ``may_apply_again``: once the application that stands is taken back, another can be made now.
    ``is_claimed_before``: whoever held the line before has applied, or has what they chose, so that
    the customer cannot;
    ``sentences`` then say no more than that. ``language`` is that of its words. ``pages`` is where
    writers keep the HTML of a card that many lines share; None for what is one line's own.
    """

    programme: str
    measure: str
    kind: str
    title: str
    promise: str
    disposition: Disposition
    way: Way | None
    status: Status
    amount_text: str
    sentences: tuple[str, ...]
    misses: tuple[str, ...]
    steps: tuple[Step, ...]
    document_wanted: str
    claim: ClaimStanding | None
    choice: ChoiceStanding | None
    coupons: tuple[CouponStanding, ...]
    certificate: bool
    arrived: tuple[Arrival, ...]
    acts: frozenset[CardAct]
    apply_is_advised: bool = False
    language: str = "ko"
    earlier_claims: tuple[ClaimStanding, ...] = ()
    is_claimed_before: bool = False
    may_apply_again: bool = False
    pages: dict[Hashable, str] | None = field(default=None, init=False, compare=False, repr=False)

    def shared(self) -> Card:
        """The same card, for many lines; a card that is made of it by ``replace`` is one's own."""
        made = replace(self)
        object.__setattr__(made, "pages", {})
        return made

    def may(self, act: CardAct) -> bool:
        """Whether this can be done now."""
        return act in self.acts

    @property
    def is_aside(self) -> bool:
        """Whether the line does not get it and nothing of it stands: pages may fold such a card."""
        is_no = self.disposition in (Disposition.EXCLUDED, Disposition.NOT_IN_SCOPE)
        return is_no and not (self.claim or self.choice or self.arrived)

    @property
    def is_applied_for(self) -> bool:
        """Whether an application stands: then its state is told, and not how to get it."""
        is_granted = self.disposition is Disposition.GRANTED
        return is_granted and self.claim is not None and self.claim.state != "withdrawn"


@dataclass(frozen=True, slots=True)
class LoneClaim:
    """An application of one's own of whose line no card is at hand: what it and the programme say.

    Its line is somebody else's by now, or the facts lack it, or the programme has the measure no
    more; ``name_of_line`` of a line that is not theirs tells no more than that it is another one.
    ``phone`` is the programme's centre's, empty without one.
    """

    programme: str
    measure: str
    title: str
    name_of_line: str
    document_wanted: str
    claim: ClaimStanding
    steps: tuple[Step, ...]
    language: str
    phone: str = ""

    @property
    def acts(self) -> frozenset[CardAct]:
        """What can be done about it now."""
        return self.claim.acts


@dataclass(frozen=True, slots=True)
class LineDues:
    """All cards of a line. ``number`` is its place among the customer's lines, from 1.

    ``facts`` are what is known of the line, by programme label and value in words; they are the
    customer's own. ``penalty_of`` are programme and measure of what depends on the day on which the
    line ends: for these ``penalty_on`` reckons. ``has_ended`` is True where that day is known.
    Cards that are aside come last, else they stand in the programme's order.
    """

    line_id: str = field(repr=False)
    number: int
    name_of_line: str
    cards: tuple[Card, ...]
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    penalty_of: tuple[tuple[str, str], ...] = ()
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class Dues:
    """Everything that is due for a customer's lines, by the programmes in force.

    ``language`` is the one that was asked for; a programme that does not speak it is worded in its
    leading one. ``standings`` by programme and line are what the cards were made from. ``alone``
    are the customer's applications that belong to no card, where all cards were asked for. Not
    ``is_known``: no programme is served at the moment, so that nothing is known of any line.
    """

    customer_id: str = field(repr=False)
    language: str
    programmes: tuple[Programme, ...]
    lines: tuple[LineDues, ...]
    standings: Mapping[tuple[str, str], LineStanding] = field(default_factory=dict, repr=False)
    alone: tuple[LoneClaim, ...] = field(default=(), repr=False)
    is_known: bool = True

    @property
    def has_cards(self) -> bool:
        """Whether anything is told of any line."""
        return any(line.cards for line in self.lines)
