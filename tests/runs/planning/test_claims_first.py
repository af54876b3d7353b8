"""What persons and claims decided is carried out: undetermined, on a bill, by an older version."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from makegood.dues import dues_of, keep_quotes, quoting
from makegood.ledger import balances
from makegood.programmes import load_text
from makegood.redress.claims import Application, claim_of, decide, settle, submit
from makegood.redress.quotes import give_quote, quotes_of
from makegood.redress.serving import decision_of, register
from makegood.runs import RunKind, RunState, check_run, demands, due, plan_run, top_ups
from makegood.runs.books import verify_ledger
from makegood.runs.planning.earlier import item_files
from makegood.runs.releasing import propose_release, release_ready
from makegood.runs.rows import execute
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.redress.claims import relief
from tests.redress.claims.handing_on import waiver_of
from tests.redress.claims.holding import held_by
from tests.redress.claims.relief import (
    IN_TIME,
    LINES,
    NAME,
    SEOUL,
    TEXT,
    advanced,
    agreed,
    applicant,
    applied,
    at,
    call_centre,
    opened,
    supervisor,
)
from tests.redress.outage_lines import console, published, snapshot
from tests.runs.planning.gift import items, left_out
from tests.staff_people import installed

_REFUND = TEXT[TEXT.index("    refund:\n") : TEXT.index("    claim:\n      from: 2026-01-14")]
ON_THE_BILL = changed(_REFUND, "    refund: {amount: penalty, to: bill, bill: 2026-03}\n", TEXT)
OLD_FIRST = changed("    except:\n", "    automatic: holder_age >= 65\n    except:\n", ON_THE_BILL)
UNKNOWN_AGE = LINES | {"L0011": LINES["L0001"] | {"holder_age": None}}
MARCH = datetime(2026, 3, 1, 10, tzinfo=SEOUL)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def entries(kind, text, moment=MARCH):
    return [each for each in due(load_text(text), moment) if each.kind is kind]


def answered(run, outcome="done"):
    """All items of a run are answered this way."""
    rows = pa.concat_tables(pq.read_table(path) for path in item_files_of(run))
    said = rows.select(["key", "attempt", "amount"])
    count = said.num_rows
    said = said.append_column("outcome", pa.array([outcome] * count))
    with transaction.atomic():
        settle(run.run_id, date(2026, 3, 2), said.append_column("code", pa.array([""] * count)))


def item_files_of(run):
    from django.conf import settings as django_settings

    return item_files(django_settings.INSTALLATION, run)


def standing(measure="waiver"):
    return {b.account.value: b.amount for b in balances(NAME) if b.amount and b.measure == measure}


def test_a_claim_keeps_the_amount_of_its_version_and_what_is_missing_is_proposed(
    settings, tmp_path
):
    more = changed("amount: penalty\n", "amount: penalty + 10000\n", TEXT)
    with at(IN_TIME):
        opened(tmp_path)
        applied()
        advanced()
    with at(datetime(2026, 1, 20, 10, tzinfo=SEOUL)):
        published(more)
    with at(datetime(2026, 1, 22, 10, tzinfo=SEOUL)):
        run = plan_run(settings, NAME, entries(RunKind.PAY_OUT, more)[0], "console:root")
        assert (run.total, run.programme_sha256) == (120_000, load_text(more).sha256)
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        execute("UPDATE runs_run SET state = 'closed' WHERE run_id = %s", [run.run_id])
        assert decision_of(NAME, "L0001").of("waiver").amount == 130_000
        [found] = top_ups(settings, NAME)
        assert (found.heads, found.amount, found.difference.worse) == (1, 10_000, 0)


def test_a_cover_that_two_persons_approved_is_begun_though_the_age_is_missing(settings, tmp_path):
    with at(relief.AFTERWARDS):
        opened(tmp_path, UNKNOWN_AGE)
        made = applied("L0011", "cover")
        advanced()
        agreed(made.receipt_number, 0)
        assert decide(supervisor(), made.receipt_number, approve=True).state.value == "scheduled"
    with at(MARCH):
        [entry] = entries(RunKind.COVER, TEXT)
        run = plan_run(settings, NAME, entry, "console:root")
        assert set(items(settings, run)) == {"L0010", "L0011"}
        assert left_out(settings, run)["L0001"] == "on_application"
        assert claim_of(made.receipt_number).state.value == "paying"
        assert check_run(settings, run.run_id).state is RunState.CHECKED


def claimed(line, amount=None):
    """A claim for the bill, approved; with an amount by two persons."""
    given = Application(NAME, "waiver", line, through="call_centre")
    made = submit(call_centre(), given, case="CALL-1")
    advanced()
    if amount is not None:
        agreed(made.receipt_number, amount)
        decide(supervisor(), made.receipt_number, approve=True)
    return made


def bill_opened(tmp_path, text):
    published(text)
    register(console(), snapshot(tmp_path / "lines", LINES, relief.AS_OF, text), NAME)


def test_claims_come_on_the_bill_once_each_with_their_own_amounts(settings, tmp_path):
    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        first, second = claimed("L0001"), claimed("L0004", 50_000)
        assert demands(load_text(ON_THE_BILL), IN_TIME) == ()
    assert entries(RunKind.BILL, ON_THE_BILL) == []
    with at(MARCH):
        [entry] = entries(RunKind.PAY_OUT, ON_THE_BILL)
        assert entry.channel.value == "billing"
        run = plan_run(settings, NAME, entry, "console:root")
        assert items(settings, run) == {"L0001": (120_000, 0), "L0004": (50_000, 0)}
        assert run.texts["bill"] == "2026-03"
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        made = propose_release(supervisor_of_runs(), run.run_id, "the bill of March")
        approve(made.proposal_id, by="console:other")
        assert release_ready(settings) == 1
        assert standing()["approved"] == 170_000
        answered(run)
        assert standing()["paid"] == 170_000
        assert standing().get("approved", 0) == 0
        states = [claim_of(each.receipt_number).state.value for each in (first, second)]
        assert states == ["paid", "paid"]
        assert verify_ledger(NAME).findings == ()


def supervisor_of_runs():
    from makegood.trust.policy import Role
    from tests.trust.access.visitors import agent

    return agent("jisoo", Role.PAYMENT_OFFICER)


def test_who_need_not_apply_is_credited_apart_from_claims(settings, tmp_path):
    with at(IN_TIME):
        bill_opened(tmp_path, OLD_FIRST)
        claimed("L0001")
    with at(MARCH):
        [bill], [pay_out] = entries(RunKind.BILL, OLD_FIRST), entries(RunKind.PAY_OUT, OLD_FIRST)
        credit = plan_run(settings, NAME, bill, "console:root")
        assert set(items(settings, credit)) == {"L0010"}
        assert left_out(settings, credit)["L0001"] == "on_application"
        assert check_run(settings, credit.run_id).state is RunState.CHECKED
        paid = plan_run(settings, NAME, pay_out, "console:root")
        assert set(items(settings, paid)) == {"L0001"}
        assert check_run(settings, paid.run_id).state is RunState.CHECKED


@pytest.mark.parametrize("contract", [{}, {"contracted_on": date(2026, 1, 10)}])
def test_what_the_bill_leaves_out_because_another_applied_is_promised_nobody(
    settings, tmp_path, contract
):
    quoting._kept.clear()
    with at(IN_TIME):
        bill_opened(tmp_path, OLD_FIRST)
        held_by("C1001")
        made = claimed("L0001")
    with at(MARCH):
        held_by("C2002")
        lines = LINES | {"L0001": LINES["L0001"] | {"holder_age": 70, **contract}}
        register(console(), snapshot(tmp_path / "old", lines, date(2026, 2, 27), OLD_FIRST), NAME)
        card = waiver_of("C2002")
        assert (card.is_claimed_before, card.amount_text) == (True, "")
        keep_quotes(applicant("C2002"), dues_of("C2002", "ko"), "web")
        give_quote(supervisor(), NAME, "L0001", "ko", "call_centre")
        assert all("waiver" not in quote.decisions for quote in quotes_of(NAME, "L0001"))
        [bill] = entries(RunKind.BILL, OLD_FIRST)
        run = plan_run(settings, NAME, bill, "console:root")
        assert left_out(settings, run)["L0001"] == "applied"
        # Once it is refused, the bill brings it, and says so.
        execute("UPDATE claims_claim SET state = 'refused' WHERE claim_id = %s", [made.claim_id])
        execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [run.run_id])
        card = waiver_of("C2002")
        assert (card.is_claimed_before, card.amount_text) == (False, "120,000 won")
        quote = give_quote(supervisor(), NAME, "L0001", "ko", "call_centre")
        assert quote.decisions["waiver"].amount == 120_000
        run = plan_run(settings, NAME, bill, "console:root", again=True)
        assert items(settings, run)["L0001"] == (120_000, 0)


def test_who_has_applied_is_shown_their_own_though_another_had_applied_before(tmp_path):
    quoting._kept.clear()
    own = {"contracted_on": date(2026, 1, 10)}
    lines = LINES | {"L0001": LINES["L0001"] | own}
    old = LINES | {"L0001": LINES["L0001"] | own | {"holder_age": 70}}
    with at(IN_TIME):
        bill_opened(tmp_path, OLD_FIRST)
        held_by("C1001")
        claimed("L0001")
        held_by("C2002")
        register(console(), snapshot(tmp_path / "own", lines, date(2026, 1, 14), OLD_FIRST), NAME)
        made = claimed("L0001")
        register(console(), snapshot(tmp_path / "old", old, date(2026, 1, 15), OLD_FIRST), NAME)
        card = waiver_of("C2002")
        assert card.claim is not None
        assert (card.is_claimed_before, card.claim.receipt_number) == (False, made.receipt_number)


def test_a_claim_after_the_bill_waits_for_the_next_day_and_not_for_nothing(tmp_path):
    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        claimed("L0001")
    with at(datetime(2026, 3, 5, 10, tzinfo=SEOUL)):
        [entry] = demands(load_text(ON_THE_BILL), datetime(2026, 3, 5, 10, tzinfo=SEOUL))
        assert (entry.kind, entry.channel.value) == (RunKind.PAY_OUT, "billing")


def stopped(settings, run):
    found = check_run(settings, run.run_id)
    assert found.state is RunState.STOPPED
    return found.finding


def test_what_two_persons_agreed_on_must_be_the_claims_amount_all_the_same(settings, tmp_path):
    with at(IN_TIME):
        bill_opened(tmp_path, ON_THE_BILL)
        claimed("L0004", 50_000)
    with at(MARCH):
        [entry] = entries(RunKind.PAY_OUT, ON_THE_BILL)
        run = plan_run(settings, NAME, entry, "console:root")
        execute("UPDATE claims_claim SET amount = 49999")
        assert "line L0004: the item is not what its claim says" in stopped(settings, run)


def test_who_waited_is_looked_up_again(settings, tmp_path):
    with at(relief.AFTERWARDS):
        opened(tmp_path)
        applied("L0001", "cover")
        advanced()
    with at(MARCH):
        [entry] = entries(RunKind.COVER, TEXT)
        run = plan_run(settings, NAME, entry, "console:root")
        execute("UPDATE claims_claim SET run_id = NULL")
        assert "no claim of it is being paid by this run" in stopped(settings, run)


def test_what_an_earlier_run_has_is_looked_up_again(settings, tmp_path):
    with at(relief.AFTERWARDS):
        opened(tmp_path)
    with at(MARCH):
        [entry] = entries(RunKind.COVER, TEXT)
        first = plan_run(settings, NAME, entry, "console:root")
        execute("UPDATE runs_run SET state = 'cancelled'")
        again = plan_run(settings, NAME, entry, "console:root", again=True)
        execute("UPDATE runs_run SET state = 'closed' WHERE run_id = %s", [first.run_id])
        assert f"run {str(first.run_id)[:8]} has the item already" in stopped(settings, again)
    with at(datetime(2026, 4, 1, 10, tzinfo=SEOUL)):
        later = entries(RunKind.COVER, TEXT, datetime(2026, 4, 1, 10, tzinfo=SEOUL))[-1]
        third = plan_run(settings, NAME, later, "console:root")
        assert left_out(settings, third)["L0010"].startswith("already:")
        execute("UPDATE runs_run SET items = 0 WHERE run_id <> %s", [third.run_id])
        assert "which has no item of it" in stopped(settings, third)


def test_one_that_is_withdrawn_while_a_pay_out_is_planned_is_left_out(
    settings, tmp_path, monkeypatch
):
    from makegood.redress.claims import withdraw
    from makegood.runs.planning import keeping

    with at(IN_TIME):
        opened(tmp_path)
        first = applied("L0001")
        applied("L0002")
        advanced()
    withdrawn: list[object] = []
    seal = keeping.seal

    def meanwhile(*given):
        if not withdrawn:
            withdrawn.append(withdraw(call_centre(), first.receipt_number, case="CALL-1"))
        seal(*given)

    monkeypatch.setattr(keeping, "seal", meanwhile)
    with at(datetime(2026, 1, 22, 10, tzinfo=SEOUL)):
        [entry, *_] = entries(RunKind.PAY_OUT, TEXT)
        run = plan_run(settings, NAME, entry, "console:root")
        assert set(items(settings, run)) == {"L0002"}
        assert check_run(settings, run.run_id).state is RunState.CHECKED
    assert [path.name for path in settings.runs_folder.iterdir()] == [str(run.run_id)]
