"""The life of proposals, whatever happens in whatever order, against a model of a few lines."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from makegood.kernel import MakegoodError
from makegood.trust import clock
from makegood.trust.proposals import (
    RULES,
    ProposalKind,
    State,
    approve,
    at_hand,
    expire_due,
    hash_of,
    proposal_of,
    propose,
    redeem,
    refuse,
    withdraw,
)
from tests.trust.proposals.hands import ANN, BEN, Hand

PEOPLE = st.sampled_from([ANN, BEN])
KINDS = st.sampled_from([ProposalKind.RELEASE_RUN, ProposalKind.ROTATE_KEYS])

MAY_BECOME: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN, State.EXPIRED}),
    State.APPROVED: frozenset({State.USED, State.EXPIRED}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.EXPIRED: frozenset(),
    State.USED: frozenset(),
}
"""Which state may follow which."""


class Life(RuleBasedStateMachine):
    """Every step succeeds exactly where the model says so."""

    ids = Bundle("ids")
    lives = 0

    def __init__(self) -> None:
        super().__init__()
        Life.lives += 1
        self.number = Life.lives
        self.hand = Hand()
        self.in_use = clock.use(self.hand)
        self.in_use.__enter__()
        self.model: dict[UUID, dict[str, Any]] = {}
        self.seen: dict[UUID, State] = {}

    def teardown(self):
        self.every_step_is_in_the_log()
        self.in_use.__exit__(None, None, None)

    def thing(self, kind, thing):
        subject = f"{RULES[kind].subject}:{self.number}.{thing}"
        if kind is ProposalKind.RELEASE_RUN:
            return subject, {"total": thing}
        return subject, {"from": "file:a", "to": f"file:{thing}"}

    def now_state(self, one):
        state, expires_at = self.model[one]["state"], self.model[one]["expires_at"]
        live = state in {State.OPEN, State.APPROVED}
        return State.EXPIRED if live and self.hand.instant >= expires_at else state

    def expect(self, step, possible):
        if possible:
            return step()
        with pytest.raises(MakegoodError):
            step()
        return None

    @initialize(target=ids, kind=KINDS, thing=st.integers(0, 1), by=PEOPLE)
    def propose_first(self, kind, thing, by):
        return self.propose(kind, thing, by)

    @rule(target=ids, kind=KINDS, thing=st.integers(0, 1), by=PEOPLE)
    def propose(self, kind, thing, by):
        subject, contents = self.thing(kind, thing)
        taken = any(
            life["key"] == (kind, thing) and self.now_state(one) in {State.OPEN, State.APPROVED}
            for one, life in self.model.items()
        )
        made = self.expect(
            lambda: propose(kind, subject, contents, "because", by=by), possible=not taken
        )
        if made is None:
            return multiple()
        self.model[made.proposal_id] = {
            "key": (kind, thing),
            "by": by,
            "state": State.OPEN,
            "expires_at": self.hand.instant + RULES[kind].to_decide,
        }
        return made.proposal_id

    @rule(one=ids, by=PEOPLE, decision=st.sampled_from([State.APPROVED, State.REFUSED]))
    def decide(self, one, by, decision):
        life = self.model[one]
        possible = self.now_state(one) is State.OPEN and by != life["by"]
        decide = approve if decision is State.APPROVED else refuse
        if self.expect(lambda: decide(one, by=by, reason="seen"), possible=possible):
            life["state"] = decision
            if decision is State.APPROVED:
                life["expires_at"] = self.hand.instant + RULES[life["key"][0]].to_use

    @rule(one=ids, by=PEOPLE)
    def withdraw(self, one, by):
        life = self.model[one]
        possible = self.now_state(one) is State.OPEN and by == life["by"]
        if self.expect(lambda: withdraw(one, by=by), possible=possible):
            life["state"] = State.WITHDRAWN

    @rule(like=ids, by=PEOPLE, fails=st.booleans())
    def redeem(self, like, by, fails):
        kind, thing = self.model[like]["key"]
        subject, contents = self.thing(kind, thing)
        usable = [
            one
            for one, life in self.model.items()
            if life["key"] == (kind, thing) and self.now_state(one) is State.APPROVED
        ]
        assert len(usable) <= 1
        found = at_hand(kind, subject, hash_of(contents))
        assert [found.proposal_id] == usable if found else not usable

        def act():
            with transaction.atomic():
                used = redeem(kind, subject, hash_of(contents), by=by)
                transaction.set_rollback(fails)
                return used

        if self.expect(act, possible=bool(usable)) and not fails:
            self.model[usable[0]]["state"] = State.USED

    @rule(hours=st.sampled_from([1, 11, 12, 13, 24, 72]))
    def time_passes(self, hours):
        self.hand.instant += timedelta(hours=hours)

    @rule()
    def expire(self):
        due = [one for one, life in self.model.items() if self.now_state(one) != life["state"]]
        expire_due()
        for one in due:
            assert proposal_of(one).state is State.EXPIRED

    @invariant()
    def is_as_the_model_says(self):
        for one in self.model:
            proposal = proposal_of(one)
            assert proposal.state_at(self.hand.instant) is self.now_state(one)
            assert proposal.decided_by != proposal.proposed_by
            before = self.seen.get(one, State.OPEN)
            assert proposal.state is before or proposal.state in MAY_BECOME[before]
            self.seen[one] = proposal.state

    def every_step_is_in_the_log(self):
        for one in self.model:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT kind FROM audit_entry WHERE subject = %s ORDER BY entry_id",
                    [f"proposal:{one}"],
                )
                kinds = [kind for (kind,) in cursor.fetchall()]
            state = proposal_of(one).state
            last = {State.OPEN: "made", State.USED: "redeemed"}.get(state, state.value)
            assert kinds[0] == "proposal.made"
            assert kinds[-1] == f"proposal.{last}"
            assert len(kinds) == len(set(kinds))


@pytest.mark.usefixtures("database")
def test_the_life_of_proposals():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=150,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
