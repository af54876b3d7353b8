"""What was upheld for who had a line, where it comes on the bill of who has it now."""

from datetime import date, datetime, timedelta

import pytest

from makegood.kernel import MakegoodError
from makegood.redress.claims import Application, submit
from makegood.redress.quotes import deviations, propose_exceptions
from makegood.redress.serving import programme_in_force, register
from makegood.runs import RunKind, RunState, check_run, plan_run, retry
from makegood.runs.books import verify_ledger
from makegood.runs.planning.deciding import newest_decisions
from makegood.runs.planning.promising import promise
from makegood.runs.planning.upholding import uphold_agreed
from makegood.trust.proposals import approve
from tests.redress.claims import relief
from tests.redress.claims.holding import held_by, named
from tests.redress.claims.relief import SEOUL, advanced, opened, supervisor
from tests.redress.outage_lines import console, published, snapshot
from tests.runs.planning import gift
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import (
    ON_THE_BILL,
    answered,
    entries,
    supervisor_of_runs,
)
from tests.runs.planning.test_quoted import (
    BILL_DAY,
    NEXT_DAY,
    SHOWN_AT,
    TEXT,
    added_next_day,
    billed,
    corrected,
    money,
    shown,
    top_ups_of_quotes,
    upheld_and_closed,
    worked,
)
from tests.runs.planning.test_quoted_by_person import FIRST, NEXT, agreed_on
from tests.staff_people import installed
from tests.trust.access.visitors import agent
from tests.trust.access.visitors import at as on

MARCH = datetime(2026, 3, 1, 10, tzinfo=SEOUL)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def test_the_rest_of_a_claim_on_the_bill_waits_while_the_bill_is_the_next_ones(settings, tmp_path):
    with on(relief.IN_TIME):
        opened(tmp_path)
        published(ON_THE_BILL)
        held_by(FIRST)
        shown("L0001", relief.NAME)
        lines = relief.LINES | {"L0001": relief.LINES["L0001"] | {"penalty": 100_000}}
        less = snapshot(tmp_path / "less", lines, date(2026, 1, 14), ON_THE_BILL)
        register(console(), less, relief.NAME)
        asked = Application(relief.NAME, "waiver", "L0001", through="call_centre")
        submit(relief.call_centre(), asked, case="CALL-1")
        advanced()
    with on(MARCH):
        register(
            console(),
            snapshot(tmp_path / "new", lines, date(2026, 2, 27), ON_THE_BILL),
            relief.NAME,
        )
        [entry] = entries(RunKind.PAY_OUT, ON_THE_BILL)
        run = plan_run(settings, relief.NAME, entry, "console:root")
        answered(check_run(settings, run.run_id))
        close(settings, run)
        agreed_on()
        assert uphold_agreed(settings) == (1, [])
        held_by(NEXT)
    with on(MARCH + timedelta(days=1)):
        worked(settings)
        assert top_ups_of_quotes() == []
    with on(MARCH + timedelta(days=2)):
        held_by(FIRST)
        worked(settings)
        [added] = top_ups_of_quotes()
        assert (added.state, added.total) == (RunState.CHECKED, 20_000)
        close(settings, added, failed=("L0001",))
        held_by(NEXT)
        with pytest.raises(MakegoodError, match="MG879"):
            retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        held_by(FIRST)
        again = retry(settings, supervisor_of_runs(), added.run_id, "once more, please")
        assert check_run(settings, again.run_id).state is RunState.CHECKED


def test_a_credit_that_counts_for_both_is_promised_once(settings, tmp_path):
    with on(SHOWN_AT):
        published(TEXT)
        gift.lines(tmp_path, text=TEXT)
        for customer in ("C001", "C002"):
            named("L01", customer)
            shown("L01", gift.NAME)
        named("L01", "C001")
    with on(BILL_DAY):
        corrected(tmp_path)
        bill = billed(settings)
    upheld_and_closed(settings, bill)
    added = added_next_day(settings)
    with on(NEXT_DAY):
        close(settings, added)
        before = money()
        named("L01", "C002")
        found = deviations(gift.NAME, "credit")
        for made in propose_exceptions(supervisor(), "credit", found, "as shown"):
            approve(made.proposal_id, by=agent("minho").actor)
        worked(settings)
        assert money() == before
        programme = programme_in_force(gift.NAME)
        assert promise(settings, programme, newest_decisions(settings, programme).decisions) == 0
        assert money() == before
    with on(NEXT_DAY + timedelta(days=1)):
        worked(settings)
        assert len(top_ups_of_quotes()) == 1
        assert not verify_ledger(gift.NAME).findings
