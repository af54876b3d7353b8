"""A claim's life: from the application to the payment, and every way it can go otherwise."""

from datetime import date
from itertools import product
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import connection, transaction

from makegood.kernel import MakegoodError, pay_once_key
from makegood.ledger import balances
from makegood.redress.claims import (
    ClaimState,
    Waits,
    any_payable,
    begin_paying,
    claim_of,
    claimed_lines,
    claims,
    claims_of,
    correct_account,
    counts,
    decide,
    grant_exception,
    history_of,
    object_to,
    payable,
    propose_amount,
    resolve,
    settle,
    stop_paying,
    submit,
    try_again,
    withdraw,
)
from makegood.redress.quotes import give_quote
from makegood.trust.access import Refused
from makegood.trust.proposals import ProposalKind, propose
from makegood.trust.proposals import approve as approve_proposal
from makegood.trust.vault import delete_person, open_account
from tests.redress.claims.relief import (
    AFTERWARDS,
    CONTRACT,
    IN_TIME,
    NAME,
    PARENT,
    PERSONS,
    PLANTED,
    EveryAccount,
    FakeBank,
    advanced,
    agreed,
    applicant,
    application,
    applied,
    at,
    call_centre,
    number_of,
    second_supervisor,
    supervisor,
    wanted,
)
from tests.redress.claims.whole import expect_whole
from tests.trust.access.visitors import entries

pytestmark = pytest.mark.usefixtures("database", "relief")
# pytest makes "database" first: what is named first is made first.


def states(receipt) -> list[str]:
    return [event.after.value for event in history_of(claim_of(receipt.receipt_number))]


def ledger() -> dict[str, int]:
    return {each.account.value: each.amount for each in balances(NAME) if each.amount}


def answers(*rows):
    names = ["key", "attempt", "outcome", "code", "amount"]
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def paid(receipt, outcome="done", code="", run_id=None, day=date(2026, 1, 22)):
    """The claim's key in a run of its own, answered."""
    run_id = run_id or uuid4()
    claim = claim_of(receipt.receipt_number)
    with transaction.atomic():
        begin_paying(run_id, wanted(claim.key))
    with transaction.atomic():
        settle(run_id, day, answers((claim.key, claim.attempt, outcome, code, claim.amount)))
    return run_id


def mended(receipt, line_id="L0001"):
    """The account that the line has, once more, and checked."""
    account = ("004", number_of(line_id), PERSONS[line_id])
    correct_account(call_centre(), receipt.receipt_number, *account)
    advanced()


def test_a_claim_is_checked_approved_scheduled_and_paid():
    made = applied()
    assert made.is_new
    assert made.state is ClaimState.SUBMITTED
    assert made.key == pay_once_key(NAME, "waiver", "L0001", CONTRACT, "once")
    assert ledger() == {"promised": -120_000, "claimed": 120_000}

    assert advanced() == 1
    claim = claim_of(made.receipt_number)
    assert claim.state is ClaimState.SCHEDULED
    assert (claim.amount, claim.pay_on) == (120_000, date(2026, 1, 22))
    assert ledger() == {"promised": -120_000, "approved": 120_000}

    assert payable(NAME, "waiver", date(2026, 1, 21)).num_rows == 0
    (row,) = payable(NAME, "waiver", date(2026, 1, 22)).to_pylist()
    assert row == {
        "claim_id": str(claim.claim_id),
        "key": made.key,
        "attempt": 1,
        "line_id": "L0001",
        "customer_id": "L0001",
        "account_id": f"L0001#{made.receipt_number}",
        "amount": 120_000,
        "contract": CONTRACT,
    }
    assert open_account(row["account_id"]).number == number_of("L0001")

    paid(made)
    assert states(made) == ["submitted", "checked", "approved", "scheduled", "paying", "paid"]
    assert ledger() == {"promised": -120_000, "paid": 120_000}
    assert payable(NAME, "waiver", date.max).num_rows == 0


def test_every_change_stands_in_the_log_without_personal_data():
    made = applied()
    advanced()
    (entry,) = entries("claim.submitted")
    assert entry["person"] == "L0001"
    assert entry["details"]["claim"] == made.receipt_number
    (entry,) = entries("claim.decided")
    assert entry["details"]["states"] == ["checked", "approved", "scheduled"]
    paid(made)
    assert [entry["subject"][:4] for entry in entries("claim.changed")] == ["run:", "run:"]
    log = str(entries())
    assert not [word for word in PLANTED if word in log]


def test_the_same_claim_again_names_the_one_that_stands():
    made = applied()
    again = applied(through="web", account_number="99999999")
    assert not again.is_new
    assert again.receipt_number == made.receipt_number
    assert open_account(f"L0001#{made.receipt_number}").number == number_of("L0001")
    assert ledger()["claimed"] == 120_000
    assert len(entries("claim.submitted")) == 1


def test_a_withdrawn_claim_may_be_made_again():
    first = applied()
    withdraw(call_centre(), first.receipt_number)
    assert ledger() == {}
    second = applied()
    assert second.is_new
    assert second.key == first.key
    assert second.receipt_number != first.receipt_number
    assert len(claims_of("L0001")) == 2
    advanced()
    withdraw(call_centre(), second.receipt_number)
    assert ledger() == {}
    assert claimed_lines(NAME, "waiver").num_rows == 0


def test_what_was_sent_is_not_withdrawn():
    made = applied()
    advanced()
    paid(made)
    with pytest.raises(MakegoodError, match="MG845"):
        withdraw(call_centre(), made.receipt_number)


def test_an_excluded_line_is_refused_with_its_reason_and_may_object():
    made = applied("L0003")
    bank = FakeBank()
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "excluded:other_brand")
    assert bank.asked == 0

    objected = object_to(call_centre(), made.receipt_number, "the line never was another brand's")
    assert objected.state is ClaimState.OBJECTED
    with pytest.raises(MakegoodError, match="MG849"):
        decide(supervisor(), made.receipt_number, approve=True)
    agreed(made.receipt_number, 90_000)
    with pytest.raises(MakegoodError, match="MG854"):
        decide(supervisor(), made.receipt_number, approve=True)
    assert advanced(bank) == bank.asked == 1
    decided = decide(supervisor(), made.receipt_number, approve=True)
    assert (decided.state, decided.amount) == (ClaimState.SCHEDULED, 90_000)
    # No decision promised it: it comes out of the budget with the approval.
    assert ledger() == {"budget": -90_000, "approved": 90_000}


def test_what_is_not_due_is_refused():
    nothing_left, nothing_due = applied("L0007"), applied("L0008")
    advanced()
    assert claim_of(nothing_left.receipt_number).reason == "not_in_scope"
    assert claim_of(nothing_due.receipt_number).reason == "no_amount"
    assert ledger() == {}


def test_an_undetermined_line_waits_for_two_persons():
    made = applied("L0004")
    advanced()
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.waits_for) == (ClaimState.CHECKED, Waits.UNDETERMINED)
    (waiting,) = claims(NAME, is_waiting=True)
    assert waiting == claim

    proposed = propose_amount(supervisor(), made.receipt_number, 120_000, "it was ours", case="C-1")
    with pytest.raises(MakegoodError, match="MG768"):
        approve_proposal(proposed.proposal_id, by=supervisor().actor)
    with pytest.raises(MakegoodError, match="MG849"):
        decide(supervisor(), made.receipt_number, approve=True)
    approve_proposal(proposed.proposal_id, by=second_supervisor().actor)
    decided = decide(supervisor(), made.receipt_number, approve=True)
    assert (decided.state, decided.amount) == (ClaimState.SCHEDULED, 120_000)
    assert ledger() == {"budget": -120_000, "approved": 120_000}
    with pytest.raises(MakegoodError, match="MG848"):
        decide(supervisor(), made.receipt_number, approve=True)


def test_one_person_refuses():
    made = applied("L0004")
    advanced()
    with pytest.raises(Refused):
        decide(call_centre(), made.receipt_number, approve=False, words="not ours")
    decided = decide(supervisor(), made.receipt_number, approve=False, words="not ours")
    assert (decided.state, decided.reason) == (ClaimState.REFUSED, "by_a_person")
    again = object_to(call_centre(), made.receipt_number, "it was yours")
    assert again.state is ClaimState.OBJECTED
    decide(supervisor(), made.receipt_number, approve=False, words="it was not")
    assert ledger() == {}


def test_a_late_claim_needs_a_document_and_two_persons():
    with at(AFTERWARDS):
        with pytest.raises(MakegoodError, match="MG844"):
            applied("L0006")
        made = applied("L0006", document="DOC-2026-17")
        advanced()
        claim = claim_of(made.receipt_number)
        assert (claim.is_late, claim.waits_for) == (True, Waits.LATE)
        agreed(made.receipt_number, 120_000)
        decided = decide(supervisor(), made.receipt_number, approve=True)
        assert decided.pay_on == date(2026, 2, 24)


@pytest.mark.parametrize("line_id", ["L0001", "L0009"])
def test_another_name_is_refused_and_a_right_account_mends_it(line_id):
    bank = FakeBank()
    bank.holders["55500011122"] = "다른사람"
    made = applied(line_id, account_number="55500011122", account_holder=PERSONS[line_id])
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "holder_differs")
    assert ledger() == {}
    bank.holders[number_of("L0009")] = "(주) 한빛"
    mended = correct_account(
        call_centre(), made.receipt_number, "004", number_of(line_id), PERSONS[line_id]
    )
    assert mended.state is ClaimState.MENDED
    assert ledger()["claimed"] == 120_000
    advanced(bank)
    assert claim_of(made.receipt_number).state is ClaimState.SCHEDULED
    assert states(made)[1:4] == ["refused", "mended", "checked"]


def as_shown(claim, amount):
    """Two persons agree that a line gets what its quote is said to have promised."""
    shown = give_quote(call_centre(), NAME, claim.line_id, "ko", "call_centre", case="CALL-1")
    contents = {"measure": claim.measure, "line": claim.line_id, "amount": amount}
    contents["quote"] = str(shown.quote_id)
    made = propose(
        *(ProposalKind.CUSTOMER_EXCEPTION, f"customer:{claim.customer_id}", contents, "as shown"),
        by=supervisor().actor,
        source="test",
    )
    approve_proposal(made.proposal_id, by=second_supervisor().actor)


def test_a_parents_account_is_taken_for_a_minor_with_a_document_by_two_persons():
    bank = FakeBank()
    bank.holders["55500011122"] = PARENT
    account = {"account_number": "55500011122", "account_holder": PARENT}
    made = applied("L0005", **account)
    advanced(bank)
    assert claim_of(made.receipt_number).reason == "document_missing"
    correct_account(
        call_centre(), made.receipt_number, "004", "55500011122", PARENT, account_document="FAM-12"
    )
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.waits_for) == (ClaimState.CHECKED, Waits.OTHER_NAME)
    agreed(made.receipt_number, 120_000)
    assert decide(supervisor(), made.receipt_number, approve=True).state is ClaimState.SCHEDULED
    # What a quote said more names no account; that of the claim was agreed on with its amount.
    as_shown(claim, 130_000)
    better = grant_exception(supervisor(), made.receipt_number, case="CASE-7")
    assert (better.state, better.amount) == (ClaimState.SCHEDULED, 130_000)


def test_what_a_quote_said_is_no_agreement_on_an_account_in_another_name():
    bank = FakeBank()
    bank.holders["55500011122"] = PARENT
    account = {"account_number": "55500011122", "account_holder": PARENT}
    made = applied("L0005", **account, account_document="FAM-12")
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert claim.waits_for == Waits.OTHER_NAME
    as_shown(claim, 130_000)
    with pytest.raises(MakegoodError, match="MG849"):
        decide(supervisor(), made.receipt_number, approve=True)


def test_an_account_that_is_none_is_refused():
    made = applied(account_number="55500011122")
    advanced()
    assert claim_of(made.receipt_number).reason == "account_not_found"


def test_a_silent_bank_is_asked_again_later():
    bank = FakeBank()
    bank.down = True
    made = applied()
    assert advanced(bank) == 0
    assert advanced(bank) == 0
    assert bank.asked == 1
    bank.down = False
    with at(IN_TIME.replace(hour=11)):
        assert advanced(bank) == 1
    assert claim_of(made.receipt_number).state is ClaimState.SCHEDULED


def test_what_came_back_is_mended_and_paid_under_the_next_attempt():
    made = applied()
    advanced()
    first = paid(made, "returned", "AC04")
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.reason, claim.attempt) == (ClaimState.RETURNED, "AC04", 1)
    assert ledger() == {"promised": -120_000, "returned": 120_000}
    with pytest.raises(MakegoodError, match="MG845"):
        withdraw(call_centre(), made.receipt_number)
    correct_account(call_centre(), made.receipt_number, "004", number_of("L0001"), PERSONS["L0001"])
    with at(AFTERWARDS):
        advanced()
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.attempt) == (ClaimState.SCHEDULED, 2)
    assert claim.pay_on == date(2026, 2, 19)
    second = paid(made)
    assert first != second
    assert ledger() == {"promised": -120_000, "paid": 120_000}


def test_a_mended_account_of_another_leaves_the_claim_returned():
    bank = FakeBank()
    bank.holders["55500011122"] = "다른사람"
    made = applied()
    advanced(bank)
    paid(made, "returned", "AC04")
    correct_account(call_centre(), made.receipt_number, "004", "55500011122", PERSONS["L0001"])
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.reason) == (ClaimState.RETURNED, "holder_differs")
    assert ledger() == {"promised": -120_000, "returned": 120_000}


def test_what_failed_for_no_fault_of_the_customer_is_tried_again():
    with at(AFTERWARDS):
        made = applied("L0001", "cover")
        advanced()
        paid(made, "failed", "lost")
        with transaction.atomic():
            assert try_again([made.key], date(2026, 3, 2)) == 1
        with transaction.atomic():
            assert try_again([made.key], date(2026, 3, 2)) == 0
        (row,) = payable(NAME, "cover", date(2026, 3, 2)).to_pylist()
        assert row["attempt"] == 2
        paid(made)
        assert claim_of(made.receipt_number).state is ClaimState.PAID


def test_a_claim_that_waits_for_its_account_is_not_tried_again():
    bank = FakeBank()
    bank.holders["55500011122"] = "다른사람"
    made = applied()
    advanced(bank)
    paid(made, "returned", "AC04")
    correct_account(call_centre(), made.receipt_number, "004", "55500011122", PERSONS["L0001"])
    advanced(bank)
    with transaction.atomic():
        assert try_again([made.key], date(2026, 1, 23)) == 0
    assert payable(NAME, "waiver", date.max).num_rows == 0


ORDERS = [
    (["done"], "paid"),
    (["failed"], "returned"),
    (["returned"], "returned"),
    (["done", "returned"], "returned"),
    (["returned", "done"], "returned"),
    (["failed", "returned"], "returned"),
    (["unknown", "done"], "paid"),
    (["done", "unknown", "done"], "paid"),
    (["done", "failed", "returned"], "returned"),
]


def paying(numbers):
    """A run that pays a claim of each of so many further lines."""
    receipts = [applied(f"M{number:04}") for number in numbers]
    advanced(EveryAccount())
    run_id = uuid4()
    with transaction.atomic():
        begin_paying(run_id, wanted(*(receipt.key for receipt in receipts)))
    return run_id, receipts


def told(run_id, receipt, said, *, at_once) -> None:
    """The other side says these things of a payment, and says them all again."""
    rows = [(receipt.key, 1, outcome, "X1", 120_000) for outcome in said]
    batches = [rows] if at_once else [[row] for row in rows]
    for batch in [*batches, *batches]:
        with transaction.atomic():
            settle(run_id, date(2026, 1, 22), answers(*batch))


def test_answers_come_in_any_order_and_again():
    cases = [(said, state, at_once) for said, state in ORDERS for at_once in (True, False)]
    run_id, receipts = paying(range(len(cases)))
    for (said, state, at_once), receipt in zip(cases, receipts, strict=True):
        told(run_id, receipt, said, at_once=at_once)
        claim = claim_of(receipt.receipt_number)
        assert claim.state == state, (said, at_once)
        assert not claim.is_contradictory
    returned = sum(state == "returned" for _, state, _ in cases) * 120_000
    total = len(cases) * 120_000
    assert ledger() == {"promised": -total, "returned": returned, "paid": total - returned}


def test_what_contradicts_itself_waits_for_a_person():
    cases = list(product([["done", "failed"], ["failed", "done"]], [True, False], [True, False]))
    run_id, receipts = paying(range(len(cases)))
    for (said, at_once, was_paid), receipt in zip(cases, receipts, strict=True):
        number = receipt.receipt_number
        told(run_id, receipt, said, at_once=at_once)
        assert claim_of(number).is_contradictory
        with pytest.raises(MakegoodError, match="MG845"):
            correct_account(call_centre(), number, "004", "123456789", "김민수")
        with transaction.atomic():
            assert try_again([receipt.key], date(2026, 1, 23)) == 0
        found = resolve(supervisor(), number, was_paid=was_paid, words="the bank looked it up")
        assert found.state == ("paid" if was_paid else "returned"), (said, at_once)
        assert not found.is_contradictory
    assert ledger() == {"promised": -960_000, "paid": 480_000, "returned": 480_000}
    for receipt in receipts:
        told(run_id, receipt, ["returned"], at_once=True)
    assert ledger() == {"promised": -960_000, "returned": 960_000}


def test_a_payment_given_up_that_arrived_after_all_stops_the_next():
    made = applied()
    advanced()
    run_id = paid(made, "failed", "timeout")
    mended(made)
    with transaction.atomic():
        settle(run_id, date(2026, 1, 23), answers((made.key, 1, "done", "", 120_000)))
    assert claim_of(made.receipt_number).is_contradictory
    assert payable(NAME, "waiver", date.max).num_rows == 0
    with pytest.raises(MakegoodError, match="MG846"), transaction.atomic():
        begin_paying(uuid4(), wanted(made.key))
    found = resolve(supervisor(), made.receipt_number, was_paid=True, words="it had arrived")
    assert found.state is ClaimState.PAID
    assert ledger() == {"promised": -120_000, "paid": 120_000}


def test_a_run_takes_exactly_its_claims_or_nothing():
    first, second = applied("L0001"), applied("L0002")
    advanced()
    one, other = uuid4(), uuid4()
    with transaction.atomic():
        begin_paying(one, wanted(first.key))
    with transaction.atomic():
        begin_paying(one, wanted(first.key))
    with pytest.raises(MakegoodError, match="MG846"), transaction.atomic():
        begin_paying(other, wanted(first.key, second.key))
    assert claim_of(second.receipt_number).state is ClaimState.SCHEDULED
    with transaction.atomic():
        assert stop_paying(one) == 1
    assert claim_of(first.receipt_number).state is ClaimState.SCHEDULED
    with transaction.atomic():
        begin_paying(other, wanted(first.key, second.key))
    with transaction.atomic():
        assert stop_paying(one) == 0
    assert ledger() == {"promised": -195_500, "approved": 195_500}


def test_a_better_amount_takes_two_persons_and_is_never_less():
    made = applied()
    advanced()
    with pytest.raises(MakegoodError, match="MG849"):
        grant_exception(supervisor(), made.receipt_number, case="CASE-7")
    agreed(made.receipt_number, 150_000)
    better = grant_exception(supervisor(), made.receipt_number, case="CASE-7")
    assert (better.state, better.amount) == (ClaimState.SCHEDULED, 150_000)
    assert ledger() == {"promised": -120_000, "budget": -30_000, "approved": 150_000}
    agreed(made.receipt_number, 149_999)
    with pytest.raises(MakegoodError, match="MG850"):
        grant_exception(supervisor(), made.receipt_number, case="CASE-7")
    paid(made)
    assert ledger() == {"promised": -120_000, "budget": -30_000, "paid": 150_000}


def test_cover_is_applied_for_without_an_account_and_the_old_need_not():
    with at(AFTERWARDS):
        made = applied("L0001", "cover")
        with pytest.raises(MakegoodError, match="MG841"):
            applied("L0010", "cover")
        with pytest.raises(MakegoodError, match="MG853"):
            submit(call_centre(), application("L0002", "cover", account_number="1234567"))
        advanced()
    (row,) = payable(NAME, "cover", date(2026, 3, 1)).to_pylist()
    assert (row["account_id"], row["amount"]) == (None, 0)
    assert payable(NAME, "cover", date(2026, 2, 28)).num_rows == 0
    paid(made, day=date(2026, 3, 1))
    assert claim_of(made.receipt_number).state is ClaimState.PAID
    assert balances(NAME) == []


def test_a_customer_applies_for_their_own_line_only():
    mine = submit(applicant("L0001"), application("L0001", through="web"))
    assert mine.is_new
    with pytest.raises(Refused):
        submit(applicant("L0001"), application("L0002", through="web"))
    assert claims_of("L0002") == []
    with pytest.raises(Refused):
        withdraw(applicant("L0002"), mine.receipt_number)


def test_a_deleted_person_takes_the_account_of_the_claim_along():
    made = applied()
    other = applied("L0002")
    delete_person("L0001", actor="console:tester")
    with pytest.raises(MakegoodError, match="MG727"):
        open_account(f"L0001#{made.receipt_number}")
    assert open_account(f"L0002#{other.receipt_number}").number == number_of("L0002")
    advanced()
    assert claim_of(made.receipt_number).reason == "account_missing"
    with pytest.raises(MakegoodError, match="MG728"):
        correct_account(call_centre(), made.receipt_number, "004", "123456789", "김민수")


def test_counts_are_by_day_way_and_state():
    applied("L0001")
    applied("L0003", through="shop")
    advanced()
    found = {(each.through, each.state.value): each.claims for each in counts(NAME, "Asia/Seoul")}
    assert found == {("call_centre", "scheduled"): 1, ("shop", "refused"): 1}
    assert {each.day for each in counts(NAME, "Asia/Seoul")} == {IN_TIME.date()}
    assert [claim.line_id for claim in claims(states=[ClaimState.REFUSED])] == ["L0003"]


def test_history_is_only_ever_added_to():
    applied()
    refused = pytest.raises(Exception, match="permission denied")
    for statement in ("UPDATE claims_event SET reason = 'x'", "DELETE FROM claims_claim"):
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_claim_is_found_however_its_number_is_typed():
    made = applied()
    typed = made.receipt_number.replace("-", " ").lower()
    assert claim_of(typed).claim_id == made.claim_id
    wrong = made.receipt_number[:-1] + ("2" if made.receipt_number[-1] != "2" else "3")
    with pytest.raises(MakegoodError, match="MG840"):
        claim_of(wrong)


def test_every_kind_of_line_goes_its_way():
    made = {line_id: applied(line_id, document="D-1") for line_id in PERSONS}
    assert advanced() == len(PERSONS)
    found = {line_id: claim_of(each.receipt_number).state for line_id, each in made.items()}
    assert found == {
        **dict.fromkeys(PERSONS, "scheduled"),
        **dict.fromkeys(["L0003", "L0007", "L0008"], "refused"),
        **dict.fromkeys(["L0004", "L0006", "L0011"], "checked"),
    }
    assert sum(each.amount for each in balances(NAME)) == 0


def later(run_id, key, attempt, outcome):
    """What the other side says of an attempt."""
    with transaction.atomic():
        settle(run_id, date(2026, 2, 1), answers((key, attempt, outcome, "X1", 120_000)))


def begun(made):
    run_id = uuid4()
    with transaction.atomic():
        begin_paying(run_id, wanted(made.key))
    return run_id


def test_an_older_attempt_that_arrived_is_open_until_a_person_finds_out():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    second = begun(made)
    later(first, made.key, 1, "done")
    # That the second came back says nothing about the first.
    later(second, made.key, 2, "returned")
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.is_contradictory) == (ClaimState.RETURNED, True)
    with pytest.raises(MakegoodError, match="MG845"):
        mended(made)
    found = resolve(supervisor(), made.receipt_number, was_paid=True, words="the first arrived")
    assert found.state is ClaimState.PAID
    assert ledger() == {"promised": -120_000, "paid": 120_000}


def test_what_a_person_found_paid_stands_when_the_later_attempt_comes_back():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    second = begun(made)
    later(first, made.key, 1, "done")
    resolve(supervisor(), made.receipt_number, was_paid=True, words="the first arrived")
    later(second, made.key, 2, "failed")
    assert claim_of(made.receipt_number).is_contradictory
    found = resolve(supervisor(), made.receipt_number, was_paid=True, words="it did arrive")
    assert (found.state, found.is_contradictory) == (ClaimState.PAID, False)
    assert ledger() == {"promised": -120_000, "paid": 120_000}


def test_a_claim_that_a_person_found_paid_is_paid_when_its_run_is_cancelled():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    second = begun(made)
    later(first, made.key, 1, "done")
    resolve(supervisor(), made.receipt_number, was_paid=True, words="the first arrived")
    with transaction.atomic():
        assert stop_paying(second) == 1
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.is_contradictory, claim.run_id) == (ClaimState.PAID, False, first)
    assert ledger() == {"promised": -120_000, "paid": 120_000}
    *_, newest = history_of(claim)
    assert (newest.before, newest.reason, newest.by) == ("paying", "resolved", "system:worker")
    assert expect_whole() == 1


def test_a_claim_that_was_found_paid_is_returned_when_that_payment_comes_back():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    later(first, made.key, 1, "done")
    resolve(supervisor(), made.receipt_number, was_paid=True, words="it had arrived")
    later(first, made.key, 1, "returned")
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.is_contradictory) == (ClaimState.RETURNED, False)
    assert ledger() == {"promised": -120_000, "returned": 120_000}
    mended(made)
    assert claim_of(made.receipt_number).attempt == 3


def test_a_claim_that_was_done_twice_stays_paid_when_the_first_comes_back():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    second = begun(made)
    later(first, made.key, 1, "done")
    resolve(supervisor(), made.receipt_number, was_paid=True, words="the first arrived")
    later(second, made.key, 2, "done")
    later(first, made.key, 1, "returned")
    assert claim_of(made.receipt_number).state is ClaimState.PAID
    assert ledger() == {"promised": -120_000, "paid": 120_000}


def test_no_run_takes_a_claim_of_which_an_attempt_was_done():
    made = applied()
    advanced()
    first = paid(made, "failed", "AC01")
    mended(made)
    later(first, made.key, 1, "done")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET is_contradictory = false")
    with pytest.raises(MakegoodError, match="MG846"):
        begun(made)
    # Nor is it offered to one: all other claims of the measure would wait for it.
    assert payable(NAME, "waiver", date.max).num_rows == 0
    assert not any_payable(NAME, "waiver", date.max)


def test_an_objection_about_an_account_of_another_is_not_approved_to_it():
    bank = FakeBank()
    bank.holders["55500011122"] = "다른사람"
    made = applied(account_number="55500011122")
    advanced(bank)
    object_to(call_centre(), made.receipt_number, "it is mine")
    agreed(made.receipt_number, 120_000)
    with pytest.raises(MakegoodError, match="MG854"):
        decide(supervisor(), made.receipt_number, approve=True)
    advanced(bank)
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.holder) == (ClaimState.OBJECTED, "holder_differs")
    with pytest.raises(MakegoodError, match=r"MG854.*holder_differs"):
        decide(supervisor(), made.receipt_number, approve=True)
    mended(made)
    # What was agreed on was agreed on for the account before.
    with pytest.raises(MakegoodError, match="MG849"):
        decide(supervisor(), made.receipt_number, approve=True)
    agreed(made.receipt_number, 120_000)
    assert decide(supervisor(), made.receipt_number, approve=True).state is ClaimState.SCHEDULED


def test_an_agreement_and_a_document_are_of_the_account_they_were_given_for():
    bank = FakeBank()
    bank.holders |= {"55500011122": PARENT, "66600011122": "낯선사람"}
    account = {"account_number": "55500011122", "account_holder": PARENT}
    made = applied("L0005", **account, account_document="FAM-12")
    advanced(bank)
    agreed(made.receipt_number, 120_000)
    number = made.receipt_number
    correct_account(call_centre(), number, "004", "66600011122", "낯선사람")
    advanced(bank)
    claim = claim_of(number)
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "document_missing")
    correct_account(
        call_centre(), number, "004", "66600011122", "낯선사람", account_document="FAM-13"
    )
    advanced(bank)
    assert claim_of(number).waits_for == Waits.OTHER_NAME
    with pytest.raises(MakegoodError, match="MG849"):
        decide(supervisor(), number, approve=True)


def test_every_reason_for_persons_is_told_and_each_has_its_own_document():
    bank = FakeBank()
    bank.holders["55500011122"] = PARENT
    account = {"account_number": "55500011122", "account_holder": PARENT}
    with at(AFTERWARDS):
        # The certificate of service is no proof of the family.
        late = applied("L0011", **account, document="DOC-1")
        advanced(bank)
        assert claim_of(late.receipt_number).reason == "document_missing"
        correct_account(
            *(call_centre(), late.receipt_number, "004", "55500011122", PARENT),
            account_document="FAM-1",
        )
        advanced(bank)
        claim = claim_of(late.receipt_number)
        assert (claim.state, claim.waits_for) == (ClaimState.CHECKED, "late,other_name")
        assert (claim.document, claim.account_document) == ("DOC-1", "FAM-1")


def test_a_better_amount_of_what_came_back_is_returned_until_it_is_paid():
    made = applied()
    advanced()
    paid(made, "returned", "AC04")
    mended(made)
    agreed(made.receipt_number, 150_000)
    grant_exception(supervisor(), made.receipt_number, case="C-1")
    assert ledger() == {"promised": -120_000, "budget": -30_000, "returned": 150_000}
    assert history_of(claim_of(made.receipt_number))[-1].amount == 150_000
    paid(made)
    assert ledger() == {"promised": -120_000, "budget": -30_000, "paid": 150_000}


@pytest.mark.parametrize("name", ["amount", "attempt", "account_id"])
def test_a_run_takes_a_claim_as_its_items_say_or_not_at_all(name):
    made = applied()
    advanced()
    items = wanted(made.key)
    other = {"amount": 150_000, "attempt": 2, "account_id": "L0001#another"}[name]
    place, kind = items.column_names.index(name), items.schema.field(name).type
    items = items.set_column(place, items.schema.field(name), pa.array([other], kind))
    with pytest.raises(MakegoodError, match="MG846"), transaction.atomic():
        begin_paying(uuid4(), items)


def test_a_claim_that_cannot_be_checked_does_not_hold_up_the_others():
    ours, theirs = applied("L0001"), applied("L0002")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_account SET sealed = sealed || '\\x00' WHERE customer_id LIKE 'L0001#%'"
        )
    with pytest.raises(MakegoodError, match=rf"MG855.*{ours.receipt_number}"):
        advanced()
    assert claim_of(theirs.receipt_number).state is ClaimState.SCHEDULED
    broken = claim_of(ours.receipt_number)
    assert (broken.state, broken.tries) == (ClaimState.SUBMITTED, 1)
    assert broken.check_after
    assert broken.check_after > IN_TIME


def test_a_claim_whose_measure_an_amendment_dropped_waits_for_persons():
    from tests.redress.claims.relief import TEXT
    from tests.redress.outage_lines import published

    made = applied()
    advanced()
    paid(made, "returned", "AC04")
    correct_account(call_centre(), made.receipt_number, "004", number_of("L0001"), PERSONS["L0001"])
    published(TEXT.replace("  waiver:\n", "  other:\n"))
    advanced()
    claim = claim_of(made.receipt_number)
    assert (claim.state, claim.waits_for) == (ClaimState.CHECKED, Waits.UNDETERMINED)
    agreed(made.receipt_number, 120_000)
    assert decide(supervisor(), made.receipt_number, approve=True).state is ClaimState.SCHEDULED


def test_what_is_approved_after_the_run_of_a_pay_day_waits_for_the_next():
    made = applied()
    with at(IN_TIME.replace(day=22, hour=9)):
        advanced()
    assert claim_of(made.receipt_number).pay_on == date(2026, 2, 5)
    other = applied("L0002")
    with at(IN_TIME.replace(day=22, hour=8)):
        advanced()
    assert claim_of(other.receipt_number).pay_on == date(2026, 1, 22)


def test_the_bank_is_told_the_birth_date_of_a_holder_who_is_the_customer():
    from makegood.channels.bank import HolderKind
    from makegood.trust.vault import Person, store_person

    born = date(1985, 3, 7)
    for line in ("L0001", "L0005"):
        person = Person(line, PERSONS[line], "010-7777-0001", born)
        store_person(person, actor="console:tester")
    bank = FakeBank()
    applied("L0001")
    applied("L0005", account_holder=PARENT)
    advanced(bank)
    assert bank.known_by == {
        number_of("L0001"): (HolderKind.PERSON, "850307"),
        number_of("L0005"): (None, ""),
    }
