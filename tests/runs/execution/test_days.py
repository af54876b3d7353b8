"""The ledger's days are those of the programme's time zone, wherever the program itself stands."""

from datetime import UTC, date, datetime

from makegood.ledger import movements
from makegood.programmes import load_text
from makegood.runs import RunKind, RunState, cancel, propose_release, release
from makegood.runs.days import today_of
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.execution.hand_made import PROGRAMME, hand_made
from tests.runs.planning.gift import TEXT
from tests.trust.access.visitors import agent, at

MORNING = datetime(2026, 11, 18, 2, tzinfo=UTC)  # in Seoul; in Toronto the evening before
IN_TORONTO = changed("time_zone: Asia/Seoul", "time_zone: America/Toronto", TEXT).replace(
    load_text(TEXT).identifier, PROGRAMME
)


def test_what_a_run_moves_is_of_the_day_where_its_customers_are(database):
    settings = database.settings
    with at(MORNING):
        officer = agent("sujin", Role.PAYMENT_OFFICER)
        assert today_of(settings, PROGRAMME) == date(2026, 11, 18)  # no programme says otherwise
        published(IN_TORONTO)
        assert today_of(settings, PROGRAMME) == date(2026, 11, 17)
        run = hand_made(settings, kind=RunKind.BILL, amount=1_000, state=RunState.CHECKED)
        made = propose_release(officer, run.run_id, "totals as agreed")
        approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
        release(settings, officer, run.run_id)
        cancel(settings, officer, run.run_id, "from the wrong snapshot")
    assert {day for day, _ in movements(PROGRAMME)} == {date(2026, 11, 17)}
