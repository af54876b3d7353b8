"""Cases as a machine: whatever is done in whatever order, the table of states holds."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from makegood.cases import (
    TRANSITIONS,
    CaseState,
    DayList,
    Outcome,
    Step,
    case_shown,
    close,
    day_list,
    follows,
    hand_over,
    note,
    notes_shown,
    put_off,
    reopen,
    tag,
    take,
    untag,
    wait_for_customer,
    wait_for_us,
)
from makegood.kernel import MakegoodError
from makegood.trust import clock
from tests.cases.desk import MORNING, opened_desk, question
from tests.redress.claims.relief import at
from tests.trust.access.visitors import agent

WHO = ("bora", "nuri")
OPEN = frozenset(CaseState) - {CaseState.DONE}


class Desk(RuleBasedStateMachine):
    """One case, two agents, and what must be known of it."""

    def __init__(self) -> None:
        super().__init__()
        case = question()
        self.number = case.number
        self.state, self.member = case.state, case.member
        self.due_at, self.changes = case.due_at, 1
        self.tags: set[str] = set()
        self.notes: list[str] = []

    def done(self, act, allowed: bool, after: CaseState, **expected: object) -> None:
        """The act succeeds exactly where the table says so, and changes nothing else."""
        if not allowed:
            with pytest.raises(MakegoodError, match="MG663"):
                act()
            return
        act()
        self.state, self.changes = after, self.changes + 1
        for name, value in expected.items():
            setattr(self, name, value)

    @rule(who=st.sampled_from(WHO))
    def taken(self, who: str) -> None:
        visitor = agent(who)
        if self.state is CaseState.WAITING_FOR_US and self.member == visitor.actor:
            take(visitor, self.number)
            return
        self.done(
            lambda: take(visitor, self.number),
            self.state in OPEN,
            CaseState.WAITING_FOR_US,
            member=visitor.actor,
        )

    @rule(who=st.sampled_from(WHO))
    def waits_for_customer(self, who: str) -> None:
        after = CaseState.WAITING_FOR_CUSTOMER
        allowed = follows(self.state, after)
        self.done(lambda: wait_for_customer(agent(who), self.number), allowed, after)

    @rule(who=st.sampled_from(WHO))
    def waits_for_us(self, who: str) -> None:
        after = CaseState.WAITING_FOR_US
        allowed = self.state in OPEN and follows(self.state, after)
        self.done(lambda: wait_for_us(agent(who), self.number), allowed, after)

    @rule(team=st.sampled_from(["supervisor", "call_centre_agent"]))
    def handed_over(self, team: str) -> None:
        after = CaseState.HANDED_OVER
        allowed = follows(self.state, after)
        act = lambda: hand_over(agent("bora"), self.number, team=team)  # noqa: E731
        self.done(act, allowed, after, member="")

    @rule(outcome=st.sampled_from(list(Outcome)))
    def closed(self, outcome: Outcome) -> None:
        allowed = self.state in OPEN
        self.done(lambda: close(agent("bora"), self.number, outcome), allowed, CaseState.DONE)

    @rule(who=st.sampled_from(WHO))
    def reopened(self, who: str) -> None:
        visitor, allowed = agent(who), self.state is CaseState.DONE
        changed = {"member": visitor.actor, "due_at": None}
        act = lambda: reopen(visitor, self.number)  # noqa: E731
        self.done(act, allowed, CaseState.WAITING_FOR_US, **changed)

    @rule(hours=st.integers(1, 400))
    def put_off(self, hours: int) -> None:
        due_at = clock.now() + timedelta(hours=hours)
        act = lambda: put_off(agent("bora"), self.number, due_at)  # noqa: E731
        self.done(act, self.state in OPEN, self.state, due_at=due_at)

    @rule(words=st.sampled_from(["전화함", "서류를 기다림", "다시 설명함"]))
    def noted(self, words: str) -> None:
        self.notes.append(words)
        self.done(lambda: note(agent("bora"), self.number, words), True, self.state)

    @rule(word=st.sampled_from(["급함", "반송"]), put=st.booleans())
    def tagged(self, word: str, put: bool) -> None:
        act = tag if put else untag
        if put != (word in self.tags):
            self.done(lambda: act(agent("bora"), self.number, word), True, self.state)
            self.tags ^= {word}
        else:
            act(agent("bora"), self.number, word)

    @invariant()
    def stands_as_known(self) -> None:
        case, history = case_shown(agent("bora"), self.number)
        assert (case.state, case.member, case.due_at) == (self.state, self.member, self.due_at)
        assert (set(case.tags), case.changes) == (self.tags, self.changes)
        assert [event.number for event in history] == list(range(1, self.changes + 1))
        assert history[-1].after is case.state
        for earlier, later in pairwise(history):
            assert later.before is earlier.after
            assert later.after in TRANSITIONS[later.before] | {later.before}
        assert case.is_done == (case.closed_at is not None) == bool(case.outcome)
        assert [each.step for each in history].count(Step.NOTED) == len(self.notes)

    @invariant()
    def is_listed_where_it_belongs(self) -> None:
        for who in WHO:
            listed = {case.number for case in day_list(agent(who), DayList.MINE)}
            is_theirs = self.state in OPEN and self.member == agent(who).actor
            assert (self.number in listed) == is_theirs

    def teardown(self) -> None:
        texts = [each.text for each in notes_shown(agent("bora"), self.number)]
        assert texts == self.notes


@pytest.mark.usefixtures("database")
def test_whatever_is_done_the_case_stands_as_it_should() -> None:
    with at(MORNING):
        opened_desk()
        run_state_machine_as_test(
            Desk,
            settings=settings(
                max_examples=12,
                stateful_step_count=18,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
