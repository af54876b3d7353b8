"""What is done to a case: each act decided, recorded, and told in its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from makegood.cases.making import callback_of, checked_deadline
from makegood.cases.permitting import expect_permitted
from makegood.cases.problems import (
    callback_stands,
    nobody_to_hand_to,
    wrong_case,
    wrong_case_step,
    wrong_words,
)
from makegood.cases.states import CaseKind, CaseState, Outcome
from makegood.cases.storing import Change, find_to_change, keep
from makegood.cases.teams import checked_team, colleague, teams_of
from makegood.cases.values import Case, Step
from makegood.cases.words import TAGS_MAX, checked_note, checked_tag
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import Act
from makegood.trust.vault import drop_notes, seal_note


def note(visitor: Visitor, number: str, text: str, *, purpose: str = "") -> Case:
    """Write a note, sealed. Raises Refused MG770, MakegoodError MG660, MG661, MG662, MG728."""
    words = checked_note(text)

    def noted(case: Case) -> Change:
        note_id = seal_note(case.customer_id, words, actor=visitor.actor)
        return Change.of(case, Step.NOTED, note_id=note_id)

    return act(visitor, number, noted, purpose=purpose)


def tag(visitor: Visitor, number: str, word: str, *, purpose: str = "") -> Case:
    """Tag a case; the same tag again changes nothing. Raises as ``note``."""
    word = checked_tag(word)

    def tagged(case: Case) -> Change | None:
        if word in case.tags:
            return None
        if len(case.tags) >= TAGS_MAX:
            raise wrong_words("tag", "is one too many", f"take one of the {TAGS_MAX} away first")
        return Change.of(case, Step.TAGGED, detail=word, tags=(*case.tags, word))

    return act(visitor, number, tagged, purpose=purpose)


def untag(visitor: Visitor, number: str, word: str, *, purpose: str = "") -> Case:
    """Take a tag away; one that is not there changes nothing. Raises as ``note``."""
    word = checked_tag(word)

    def untagged(case: Case) -> Change | None:
        if word not in case.tags:
            return None
        kept = tuple(held for held in case.tags if held != word)
        return Change.of(case, Step.UNTAGGED, detail=word, tags=kept)

    return act(visitor, number, untagged, purpose=purpose)


def take(visitor: Visitor, number: str, *, purpose: str = "") -> Case:
    """Take a case that is open, was handed over, or is a colleague's. Raises MG663, MG667."""
    teams = teams_of(visitor)
    if not teams:
        raise nobody_to_hand_to("you belong to no team that works on cases", "ask a supervisor")

    def taken(case: Case) -> Change | None:
        if case.is_done:
            raise wrong_case_step(case.number, case.state, "taken")
        state = None if case.state is CaseState.WAITING_FOR_US else CaseState.WAITING_FOR_US
        if state is None and case.member == visitor.actor:
            return None
        team = case.team if case.team in teams else teams[0]
        return Change.of(
            case, Step.TAKEN, state, detail=visitor.actor, member=visitor.actor, team=team
        )

    return act(visitor, number, taken, purpose=purpose)


def wait_for_customer(visitor: Visitor, number: str, *, purpose: str = "") -> Case:
    """The customer is to answer or to hand something in. Raises as ``note``, and MG663."""

    def waits(case: Case) -> Change:
        return Change.of(case, Step.WAITS_FOR_CUSTOMER, CaseState.WAITING_FOR_CUSTOMER)

    return act(visitor, number, waits, purpose=purpose)


def wait_for_us(visitor: Visitor, number: str, *, purpose: str = "") -> Case:
    """The customer has answered: it is for us again. Raises as ``note``, and MG663."""

    def waits(case: Case) -> Change:
        if case.is_done:
            raise wrong_case_step(case.number, case.state, CaseState.WAITING_FOR_US)
        return Change.of(case, Step.WAITS_FOR_US, CaseState.WAITING_FOR_US)

    return act(visitor, number, waits, purpose=purpose)


def hand_over(
    visitor: Visitor, number: str, *, team: str = "", member: str = "", purpose: str = ""
) -> Case:
    """Give a case to a team, or to a colleague by their sign-in name.

    Raises as ``note``; MG663, MG667 for no such team or colleague, MG782.
    """
    if bool(team) == bool(member):
        raise nobody_to_hand_to("a case is handed to a team or to a colleague", "name one of them")
    whose, team = colleague(member) if member else ("", checked_team(team))

    def handed(case: Case) -> Change:
        return Change.of(
            case,
            Step.HANDED_OVER,
            CaseState.HANDED_OVER,
            detail=whose or team,
            member=whose,
            team=team,
        )

    return act(visitor, number, handed, purpose=purpose)


def put_off(visitor: Visitor, number: str, due_at: datetime, *, purpose: str = "") -> Case:
    """Set another deadline. Raises as ``note``; MG663 where it is done, MG666."""
    due_at = checked_deadline(due_at, now())

    def later(case: Case) -> Change:
        if case.is_done:
            raise wrong_case_step(case.number, case.state, "put off")
        return Change.of(case, Step.PUT_OFF, detail=due_at.isoformat(), due_at=due_at)

    return act(visitor, number, later, purpose=purpose)


def close(visitor: Visitor, number: str, outcome: Outcome, *, purpose: str = "") -> Case:
    """End a case; a number that was given for one call alone goes. Raises as ``note``, MG663."""
    instant = now()

    def closed(case: Case) -> Change:
        made = Change.of(
            case,
            Step.CLOSED,
            CaseState.DONE,
            detail=outcome.value,
            outcome=outcome.value,
            closed_at=instant,
            phone_id=None,
        )
        if case.phone_id:
            drop_notes([case.phone_id])
        return made

    return act(visitor, number, closed, purpose=purpose)


def reopen(visitor: Visitor, number: str, *, purpose: str = "") -> Case:
    """Go on with a case that was done. Raises as ``note``; MG663, MG665.

    A callback to a number that went with its end cannot: MG668.
    """

    def reopened(case: Case) -> Change:
        if not case.is_done:
            raise wrong_case_step(case.number, case.state, "reopened")
        if case.kind is CaseKind.CALLBACK and not case.customer_id:
            raise wrong_case("the number to call is gone", "open another case, with the number")
        teams = teams_of(visitor)
        return Change.of(
            case,
            Step.REOPENED,
            CaseState.WAITING_FOR_US,
            outcome="",
            closed_at=None,
            due_at=None,
            member=visitor.actor if teams else "",
            team=teams[0] if teams else case.team,
        )

    return act(visitor, number, reopened, purpose=purpose)


def act(
    visitor: Visitor,
    number: str,
    change: Callable[[Case], Change | None],
    *,
    purpose: str = "",
    allowed: Act = Act.HANDLE_CASE,
) -> Case:
    """Hold the case, let the gate decide, change it and tell it: in one transaction.

    A change that is None leaves everything as it is. Raises Refused MG770, MakegoodError MG660, and
    what ``change`` raises.
    """
    held: Case | None = None
    try:
        with transaction.atomic():
            held = find_to_change(number)
            made = change(held)
            if made is None:
                return held
            details = {"step": made.step.value, "state": made.case.state.value}
            expect_permitted(visitor, allowed, held, purpose=purpose, details=details)
            return keep(made, visitor.actor, now())
    except (IntegrityError, UniqueViolation):
        standing = callback_of(held.customer_id) if held else None
        if standing is None:
            raise
        raise callback_stands(standing.number) from None
