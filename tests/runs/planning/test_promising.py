"""What stands promised in the ledger: never below 0, whatever persons agree on and facts become."""

from datetime import date, datetime

import pytest

from makegood.ledger import Account, amount_in, balances, verify
from makegood.programmes import load_text
from makegood.redress.claims import decide, grant_exception, object_to, withdraw
from makegood.redress.serving import register
from makegood.runs import release_unclaimed
from makegood.runs.planning.deciding import newest_decisions
from tests.redress.claims.relief import (
    LINES,
    NAME,
    SEOUL,
    TEXT,
    advanced,
    agreed,
    applied,
    at,
    call_centre,
    open_in_time,
    supervisor,
)
from tests.redress.outage_lines import console, snapshot

AFTER = datetime(2026, 2, 1, 10, tzinfo=SEOUL)
PROGRAMME = load_text(TEXT)


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        newest_decisions(settings, PROGRAMME)
        yield settings


def standing(account):
    return amount_in(balances(NAME), account, "waiver")


def expect_nothing_below_zero():
    assert verify(NAME).findings == ()


def decided_anew(settings, tmp_path, **changed):
    """A later snapshot with other penalties, decided and promised."""
    lines = LINES | {line: LINES[line] | {"penalty": penalty} for line, penalty in changed.items()}
    register(console(), snapshot(tmp_path / "later", lines, date(2026, 1, 20), TEXT), NAME)
    newest_decisions(settings, PROGRAMME)


def test_what_persons_give_beyond_decisions_comes_out_of_the_budget(settings):
    promised = standing(Account.PROMISED)
    made = applied("L0004")
    advanced()
    agreed(made.receipt_number, 100_000_000)
    decide(supervisor(), made.receipt_number, approve=True)
    assert standing(Account.PROMISED) == promised
    assert standing(Account.APPROVED) == 100_000_000
    expect_nothing_below_zero()
    # Decisions do not take it back: it is counted with what they promise.
    newest_decisions(settings, PROGRAMME)
    assert standing(Account.BUDGET) == -promised - 100_000_000
    withdraw(call_centre(), made.receipt_number)
    newest_decisions(settings, PROGRAMME)
    assert standing(Account.PROMISED) == promised == -standing(Account.BUDGET)


def test_a_better_amount_is_promised_with_its_approval(settings):
    promised = standing(Account.PROMISED)
    made = applied("L0001")
    advanced()
    agreed(made.receipt_number, 150_000)
    grant_exception(supervisor(), made.receipt_number, case="C-1")
    newest_decisions(settings, PROGRAMME)
    assert standing(Account.PROMISED) == promised - 120_000
    assert standing(Account.BUDGET) == -promised - 30_000


def test_facts_that_become_less_after_a_claim_take_nothing_that_was_claimed(settings, tmp_path):
    promised = standing(Account.PROMISED)
    applied("L0001")
    advanced()
    decided_anew(settings, tmp_path, L0001=1_000, L0002=500)
    assert standing(Account.PROMISED) == promised - 120_000 - 75_000
    expect_nothing_below_zero()


def test_what_is_promised_no_more_after_closing_comes_out_of_what_was_released(settings, tmp_path):
    with at(AFTER):
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 1
        released, kept = standing(Account.RELEASED), standing(Account.PROMISED)
        assert kept == 2 * 120_000  # the late ones may still come
        decided_anew(settings, tmp_path, M0001=1_000, M0002=1_000)
        assert standing(Account.RELEASED) == released - 2 * 119_000
        assert standing(Account.PROMISED) == kept
        expect_nothing_below_zero()
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 0


def test_what_is_refused_after_closing_is_released_and_an_objection_takes_it_again(settings):
    made = applied("L0001", account_number="55500011122")
    with at(AFTER):
        release_unclaimed(settings, PROGRAMME, AFTER)
        released, kept = standing(Account.RELEASED), standing(Account.PROMISED)
        advanced()  # the account is none: refused
        assert standing(Account.PROMISED) == kept + 120_000
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 1
        assert standing(Account.RELEASED) == released + 120_000
        object_to(call_centre(), made.receipt_number, "it is mine")
        assert standing(Account.RELEASED) == released
        assert standing(Account.PROMISED) == kept
        decide(supervisor(), made.receipt_number, approve=False, words="it is not")
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 1
        assert standing(Account.RELEASED) == released + 120_000
        expect_nothing_below_zero()


def test_a_late_claim_takes_what_was_kept_for_it(settings):
    with at(AFTER):
        release_unclaimed(settings, PROGRAMME, AFTER)
        released = standing(Account.RELEASED)
        made = applied("L0006", document="DOC-1")
        advanced()
        decide(supervisor(), made.receipt_number, approve=False, words="it is no certificate")
        # It may come again, with another certificate.
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 0
        assert standing(Account.RELEASED) == released
        expect_nothing_below_zero()


def test_what_leaves_the_promised_after_closing_comes_back_from_what_was_released(
    settings, tmp_path
):
    applied("L0001")
    with at(AFTER):
        decided_anew(settings, tmp_path, L0001=150_000)
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 1
        released, kept = standing(Account.RELEASED), standing(Account.PROMISED)
        advanced()  # approved with what is due by now
        assert standing(Account.PROMISED) == kept - 30_000
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 1
        assert standing(Account.PROMISED) == kept
        assert standing(Account.RELEASED) == released - 30_000
        expect_nothing_below_zero()
        assert release_unclaimed(settings, PROGRAMME, AFTER) == 0
