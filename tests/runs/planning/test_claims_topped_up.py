"""What claims were paid is held against an amended version by the facts that they were approved on.

A claim's amount was fixed when it was approved: what the facts say on the day of its pay-out is no
matter of the amendment.
"""

from datetime import date, timedelta

import pytest

from makegood.redress.claims import decide
from makegood.redress.serving import register, registered
from makegood.runs import RunState, check_run, plan_run, top_ups
from tests.programme_text import changed
from tests.redress.claims import relief
from tests.redress.claims.relief import advanced, agreed, applied, opened, supervisor
from tests.redress.outage_lines import console, published, snapshot
from tests.runs.planning.gift import items
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_claims_first import answered as all_answered
from tests.runs.planning.test_quoted import PAY_DAY, pay_out
from tests.staff_people import installed
from tests.trust.access.visitors import at as on

TEXT = relief.TEXT
MORE = changed("amount: penalty\n", "amount: penalty + 10000\n", TEXT)
LESS = changed("amount: penalty\n", "amount: greatest(penalty - 10000, 0)\n", TEXT)
COMMENT = TEXT + "\n# a word of explanation\n"
WORDS = changed("en: The penalty is paid back.", "en: You get the penalty back.", TEXT)


@pytest.fixture(autouse=True)
def settings(database, monkeypatch):
    with installed(database, monkeypatch):
        yield database.settings


def paid(settings, tmp_path, penalty, *others):
    """L0001 was approved at 120,000 won; by the facts of its pay-out its penalty is another."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        applied()
        for line in others:
            applied(line)
        advanced()
    with on(PAY_DAY - timedelta(days=1)):
        lines = relief.LINES | {"L0001": relief.LINES["L0001"] | {"penalty": penalty}}
        again = snapshot(tmp_path / "again", lines, date(2026, 1, 20), TEXT)
        register(console(), again, relief.NAME)
    with on(PAY_DAY):
        run = pay_out(settings)
        assert run.state is RunState.CHECKED
        all_answered(run)
        close(settings, run)
        assert items(settings, run)["L0001"] == (120_000, 0)
        assert top_ups(settings, relief.NAME) == ()


@pytest.mark.parametrize("text", [COMMENT, WORDS])
@pytest.mark.parametrize("penalty", [150_000, 100_000])
def test_a_version_that_decides_alike_proposes_nothing(settings, tmp_path, penalty, text):
    paid(settings, tmp_path, penalty)
    with on(PAY_DAY):
        published(text)
        assert top_ups(settings, relief.NAME) == ()


@pytest.mark.parametrize("penalty", [150_000, 100_000])
def test_what_is_added_is_added_to_what_the_claim_was_approved_for(settings, tmp_path, penalty):
    paid(settings, tmp_path, penalty)
    with on(PAY_DAY):
        published(MORE)
        [found] = top_ups(settings, relief.NAME)
        assert (found.heads, found.amount, found.facts_day) == (1, 10_000, relief.AS_OF)
        run = plan_run(settings, relief.NAME, found.due, "console:root")
        assert items(settings, run) == {"L0001": (10_000, 0)}
        assert check_run(settings, run.run_id).state is RunState.CHECKED
        close(settings, run)
        [found] = top_ups(settings, relief.NAME)
        assert (found.heads, found.difference.worse) == (0, 0)
        # Back to what was before it, in other words: it got more than is due, and keeps it.
        published(WORDS)
        [found] = top_ups(settings, relief.NAME)
        assert (found.heads, found.difference.worse_by) == (0, 10_000)


def test_claims_of_one_run_that_were_approved_on_different_facts(settings, tmp_path):
    """Both are paid on one day; each is held against the facts of its own approval."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        applied()
        advanced()
    with on(relief.IN_TIME + timedelta(days=1)):
        lines = {name: facts | {"penalty": 200_000} for name, facts in relief.LINES.items()}
        again = snapshot(tmp_path / "again", lines, date(2026, 1, 15), TEXT)
        register(console(), again, relief.NAME)
        applied("L0002")
        advanced()
    with on(PAY_DAY):
        run = pay_out(settings)
        assert (run.state, run.total) == (RunState.CHECKED, 320_000)
        all_answered(run)
        close(settings, run)
        published(MORE)
        found = top_ups(settings, relief.NAME)
        assert {(each.facts_day, each.heads, each.amount) for each in found} == {
            (relief.AS_OF, 1, 10_000),
            (date(2026, 1, 15), 1, 10_000),
        }
        added = [plan_run(settings, relief.NAME, each.due, "console:root") for each in found]
        assert {line for run in added for line in items(settings, run)} == {"L0001", "L0002"}
        for run in added:
            assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_facts_of_the_approval_that_are_not_there_any_more_are_told(settings, tmp_path):
    paid(settings, tmp_path, 150_000)
    with on(PAY_DAY):
        published(MORE)
        [folder] = [each.folder for each in registered(relief.NAME) if each.as_of == relief.AS_OF]
        folder.rename(tmp_path / "elsewhere")
        [found] = top_ups(settings, relief.NAME)
        assert (found.heads, found.difference.unreckoned) == (0, 1)


def test_what_two_persons_agreed_on_is_told_apart_and_never_as_too_much(settings, tmp_path):
    """Of L0004 nobody knows the brand: two persons agreed on 50,000 won."""
    with on(relief.IN_TIME):
        opened(tmp_path)
        applied()
        made = applied("L0004")
        advanced()
        agreed(made.receipt_number, 50_000)
        assert decide(supervisor(), made.receipt_number, approve=True).amount == 50_000
    with on(PAY_DAY):
        run = pay_out(settings)
        assert (run.state, run.total) == (RunState.CHECKED, 170_000)
        all_answered(run)
        close(settings, run)
        published(MORE)
        [found] = top_ups(settings, relief.NAME)
        told = found.difference
        assert (told.heads, told.worse, told.unreckoned, told.agreed) == (1, 0, 0, 1)
        published(LESS)
        [found] = top_ups(settings, relief.NAME)
        told = found.difference
        assert (told.heads, told.worse_by, told.unreckoned, told.agreed) == (0, 10_000, 0, 1)
