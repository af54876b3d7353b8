"""Any sequence of acts against a small model of a claim's life, written apart from the product."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from makegood.kernel import MakegoodError
from makegood.redress.claims import (
    begin_paying,
    claim_of,
    correct_account,
    decide,
    grant_exception,
    object_to,
    resolve,
    settle,
    stop_paying,
    try_again,
    withdraw,
)
from makegood.redress.serving import load_holders
from makegood.trust.access import Visitor
from tests.redress.claims.relief import (
    ANYBODY,
    IN_TIME,
    LINES,
    FakeBank,
    advanced,
    agreed,
    applied,
    at,
    call_centre,
    number_of,
    opened,
    supervisor,
    wanted,
)
from tests.redress.claims.whole import expect_whole

OWED = 120_000
STEP = timedelta(minutes=10)
_WORDS = ("done", "failed", "returned", "unknown")
lines = (f"N{number:04}" for number in count())


class ClaimsLife(RuleBasedStateMachine):
    """One claim of one line; the model is the attributes, and what each rule expects of them."""

    def __init__(self):
        super().__init__()
        self.line = next(lines)
        self.clock = IN_TIME
        self.state = None
        self.receipt: str | None = None
        self.key = ""
        self.attempt = 1
        self.amount = OWED
        self.reason = ""
        self.runs = {}
        self.said = {}
        self.resolved = {}
        self.flagged = False
        self.silences = 0
        self.holder = ""
        self.asks = False

    def act(self, expected, do):
        """The act, a step later, succeeds where the model says so and is refused elsewhere."""
        self.clock += STEP
        with at(self.clock):
            if expected:
                return do()
            with pytest.raises(MakegoodError) as refused:
                do()
            assert refused.value.findings[0].code in {"MG845", "MG846", "MG848", "MG849"}
            return None

    @rule()
    def apply(self):
        with at(IN_TIME):
            receipt = applied(self.line)
        is_new = self.state in {None, "withdrawn"}
        assert receipt.is_new is is_new
        if is_new:
            self.__dict__ |= {"state": "submitted", "reason": "", "amount": OWED, "holder": ""}
            self.receipt, self.key = receipt.receipt_number, receipt.key
        assert (receipt.receipt_number, receipt.key) == (self.receipt, self.key)

    @rule(answer=st.sampled_from([ANYBODY, ANYBODY, "다른사람", "", None]))
    def advance(self, answer):
        if answer is None:
            # The wait grows with every silence; three end within a step.
            self.silences += 1
            answer = ANYBODY if self.silences > 3 else None
        bank = FakeBank()
        bank.holders, bank.down = {number_of(self.line): answer or ""}, answer is None
        self.clock += STEP
        with at(self.clock):
            done = advanced(bank)
        waits = self.state in {"submitted", "mended"} or (self.state == "objected" and self.asks)
        assert done == (waits and answer is not None)
        if done:
            self.holder, self.asks = answer, False
        if done and self.state != "objected":
            if answer == ANYBODY:
                self.state, self.reason = "scheduled", ""
            else:
                self.reason = "holder_differs" if answer else "account_not_found"
                self.state = "refused" if self.attempt == 1 else "returned"
                self.attempt = max(1, self.attempt - 1)

    @rule()
    def withdraw(self):
        if self.receipt is None:
            return
        states = {"submitted", "checked", "scheduled", "mended", "objected"}
        may = self.state in states and self.attempt == 1
        self.act(may, lambda: withdraw(call_centre(), self.receipt))
        self.state = "withdrawn" if may else self.state

    @rule()
    def correct(self):
        if self.receipt is None:
            return
        is_returned = self.state == "returned" and not self.flagged
        by_account = self.reason in {"holder_differs", "account_not_found"}
        is_refused = self.state == "refused" and by_account
        is_waiting = self.state in {"submitted", "mended", "objected"}
        may = is_waiting or is_returned or is_refused
        account = ("004", number_of(self.line), ANYBODY)
        self.act(may, lambda: correct_account(call_centre(), self.receipt, *account))
        if may:
            self.holder, self.asks = "", True
        if is_returned:
            self.attempt += 1
        if is_returned or is_refused:
            self.state = "mended"

    @rule()
    def objects(self):
        if self.receipt is None:
            return
        may = self.state == "refused"
        self.act(may, lambda: object_to(call_centre(), self.receipt, "it is mine"))
        if may:
            self.state, self.holder, self.asks = "objected", "", True

    @rule(approve=st.booleans(), amount=st.sampled_from([1, OWED, 150_000]))
    def decides(self, approve, amount):
        if self.receipt is None:
            return
        may = self.state == "objected" and (not approve or self.holder == ANYBODY)
        if may and approve:
            with at(self.clock + STEP):
                agreed(self.receipt, amount)
        self.act(may, lambda: decide(supervisor(), self.receipt, approve=approve, words="so be it"))
        if may:
            self.state = "scheduled" if approve else "refused"
            self.amount = amount if approve else self.amount
            self.reason = "" if approve else "by_a_person"

    @rule(more=st.integers(1, 9_999))
    def betters(self, more):
        if self.state != "scheduled" or self.receipt is None:
            return
        with at(self.clock + STEP):
            agreed(self.receipt, self.amount + more)
        self.act(True, lambda: grant_exception(supervisor(), self.receipt, case="CASE-7"))
        self.amount += more

    @rule()
    def begins(self):
        if self.receipt is None:
            return
        run_id, may = uuid4(), self.state == "scheduled" and not self.flagged

        def begin():
            with transaction.atomic():
                begin_paying(run_id, wanted(self.key))

        self.act(may, begin)
        if may:
            self.state, self.runs[self.attempt] = "paying", run_id
            self.said[self.attempt], self.resolved[self.attempt] = set(), ""

    @rule()
    def stops(self):
        if self.attempt not in self.runs:
            return
        may = self.state == "paying" and not self.said[self.attempt]
        with transaction.atomic():
            assert stop_paying(self.runs[self.attempt]) == may
        if may:
            self.state = "paid" if self.found_paid() else "scheduled"
            del self.runs[self.attempt], self.said[self.attempt], self.resolved[self.attempt]

    @rule(word=st.sampled_from(_WORDS), data=st.data())
    def answers(self, word, data):
        if not self.runs:
            return
        attempt = data.draw(st.sampled_from(sorted(self.runs)))
        row = {"key": [self.key], "attempt": [attempt], "outcome": [word], "code": ["X"]}
        with transaction.atomic():
            settle(self.runs[attempt], self.clock.date(), pa.table(row))
        if word == "unknown" or word in self.said[attempt]:
            return
        self.said[attempt].add(word)
        outcome = self.outcome(attempt)
        if attempt == self.attempt:
            self.state = {"done": "paid", "both": self.state}.get(outcome, "returned")
        elif self.state == "paid" and word == "returned" and self.resolved[attempt] == "done":
            # It was this one that paid it, unless another was done too.
            self.state = "paid" if self.done_attempts() else "returned"
        self.flagged = bool(self.open_attempts())

    def open_attempts(self):
        """The attempts of which a person must find out, whatever was said last."""
        found = set()
        for attempt, said in self.said.items():
            if "done" not in said or "returned" in said or self.resolved[attempt] == "failed":
                continue
            is_older, resolved = attempt < self.attempt, self.resolved[attempt]
            if resolved == "done" and is_older and self.state == "returned":
                found.add(attempt)
            if not resolved and (is_older or "failed" in said):
                found.add(attempt)
        return found

    def done_attempts(self):
        """The attempts that were done, did not come back, and were not found to have failed."""
        return [
            attempt
            for attempt, said in self.said.items()
            if "done" in said and "returned" not in said and self.resolved[attempt] != "failed"
        ]

    def found_paid(self):
        """Whether a person found that an attempt was done."""
        return any(self.resolved[attempt] == "done" for attempt in self.done_attempts())

    def outcome(self, attempt):
        said = self.said[attempt]
        if "returned" in said:
            return "returned"
        if self.resolved[attempt]:
            return self.resolved[attempt]
        return "both" if {"done", "failed"} <= said else next(iter(said), "")

    @rule()
    def tries_again(self):
        if self.receipt is None:
            return
        # Its account may be what is wrong.
        with transaction.atomic():
            assert try_again([self.key], self.clock.date()) == 0

    @rule(was_paid=st.booleans())
    def resolves(self, was_paid):
        if self.receipt is None:
            return
        words = {"was_paid": was_paid, "words": "the bank looked it up"}
        self.act(self.flagged, lambda: resolve(supervisor(), self.receipt, **words))
        if not self.flagged:
            return
        found = self.open_attempts()
        for attempt in found:
            self.resolved[attempt] = "done" if was_paid else "failed"
        if self.attempt in found:
            self.state = "paid" if was_paid else "returned"
        elif found and was_paid and self.state not in {"paying", "paid"}:
            self.state = "paid"
        self.flagged = False

    @invariant()
    def agrees_with_the_model(self):
        if self.receipt is None:
            return
        claim = claim_of(self.receipt)
        assert (claim.state, claim.attempt, claim.amount, claim.is_contradictory) == (
            self.state,
            self.attempt,
            self.amount,
            self.flagged,
        )

    def teardown(self):
        expect_whole()
        if self.state in {"submitted", "mended"}:
            # The next example's worker has only its own claim to check.
            with at(self.clock + timedelta(hours=3)):
                advanced()


@pytest.mark.usefixtures("database")
def test_any_sequence_of_acts_goes_as_the_model_says(tmp_path):
    ordinary = LINES["L0001"]
    with at(IN_TIME):
        names = [f"N{number:04}" for number in range(2_000)]
        opened(tmp_path, dict.fromkeys(names, ordinary), ["C0001"])
        holders = tmp_path / "holders.csv"
        holders.write_text("line_id,customer_id\n" + "".join(f"{name},C0001\n" for name in names))
        load_holders(Visitor.console("root"), holders)
    run_state_machine_as_test(
        ClaimsLife,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
