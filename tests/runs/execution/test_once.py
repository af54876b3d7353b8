"""What is due twice is paid twice; what is due once is paid once, whichever run brings it."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connections
from typer.testing import CliRunner

from makegood.channels.bank.fake import FakeBank
from makegood.cli.application import application
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.redress.claims import correct_account
from makegood.runs import RunState, retry, work
from makegood.runs.rows import runs, select
from makegood.trust import clock
from makegood.trust.policy import Role
from tests.redress.claims import relief
from tests.runs.execution.test_killed import DEBTOR, agree
from tests.staff_people import installed, moved_clock
from tests.trust.access.visitors import AFTERNOON, agent, at

LINES = ("M0000", "M0001", "M0002")
OPEN, CLOSED = "1101112223334", "2202221113334"
PAY_DAY = datetime(2026, 1, 22, 14, 0, tzinfo=relief.SEOUL)


class Town:
    """An installation with three claims to pay, a bank, and a clock."""

    def __init__(self, settings: Settings, bank: FakeBank, moved) -> None:
        self.settings, self.bank, self.moved = settings, bank, moved

    def day(self) -> None:
        """Work, two persons agree, work, the bank works, work; then it is tomorrow."""
        work(self.settings, until_idle=True)
        agree()
        work(self.settings, until_idle=True)
        self.bank.work(clock.now())
        work(self.settings, until_idle=True)
        self.moved.move(hours=24)

    def paid(self) -> list[tuple[str, int, int]]:
        """Account, amount and attempt of every payment that the bank has made."""
        return sorted(
            (each.number, each.amount, each.attempt)
            for each in self.bank.payments()
            if each.state == "paid"
        )


@pytest.fixture
def town(database, tmp_path, monkeypatch):
    settings = database.settings.model_copy(update={"home": tmp_path})
    with at(AFTERNOON), installed(database, monkeypatch, home=str(tmp_path), **DEBTOR):
        known = relief.EveryAccount()
        known.holders |= {OPEN: relief.ANYBODY, CLOSED: relief.ANYBODY}
        bank = FakeBank(settings.exchange_folder / "bank", settings.home / "bank.sqlite")
        for number in (OPEN, CLOSED):
            bank.open_account("004", number, relief.ANYBODY)
        bank.close_account("004", CLOSED)
        with relief.at(relief.IN_TIME):
            relief.opened(settings.home, {line: relief.LINES[line] for line in LINES})
            for line, number in zip(LINES, (OPEN, OPEN, CLOSED), strict=True):
                relief.applied(line, account_number=number)
            while relief.advanced(known):
                pass
        with moved_clock() as moved:
            moved.ahead = PAY_DAY - clock.now()
            yield Town(Settings.load(), bank, moved)


def test_the_same_amount_to_the_same_account_twice_is_two_payments(town):
    town.day()
    town.day()
    assert town.paid() == [(OPEN, 120_000, 1), (OPEN, 120_000, 1)]


def test_a_follow_up_and_a_new_run_never_pay_the_same_thing(town):
    town.day()
    ((receipt, run_id),) = select(
        "SELECT receipt_number, run_id FROM claims_claim WHERE state = 'returned'"
    )
    with pytest.raises(MakegoodError, match="MG879"):
        retry(town.settings, officer(), run_id, "not mended yet")
    with relief.at(relief.IN_TIME):
        known = relief.EveryAccount()
        known.holders[OPEN] = relief.ANYBODY
        correct_account(relief.call_centre(), receipt, "004", OPEN, relief.ANYBODY)
        while relief.advanced(known):
            pass

    def try_again() -> str:
        try:
            return str(retry(town.settings, officer(), run_id, "mended").sequence)
        except MakegoodError as error:
            return error.findings[0].code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        following = other.submit(try_again)
        work(town.settings, until_idle=True)
        following.result()
    for _ in range(3):
        town.day()
    assert Counter(town.paid()) == {(OPEN, 120_000, 1): 2, (OPEN, 120_000, 2): 1}
    assert {run.state for run in runs("WHERE kind = 'pay_out'")} == {RunState.CLOSED}


def test_the_ledger_says_what_the_bank_has_paid(database, town, monkeypatch):
    for name in ("MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, database.environment[name])
    town.day()
    words = ["ledger", relief.NAME, "--verify", "--by-day"]
    result = CliRunner().invoke(application, [*words, "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["verified"]["findings"] == []
    assert said["measures"]["waiver"]["paid"] == 240_000 == sum(each[1] for each in town.paid())
    assert (
        said["measures"]["waiver"]["returned"] == 120_000 == said["measures"]["waiver"]["liability"]
    )
    assert {each["account"] for each in said["by_day"]} >= {"promised", "claimed", "paid"}
    told = CliRunner().invoke(application, words).stdout
    assert "240,000" in told
    assert "all agree" in told


def officer():
    return agent("sujin", Role.PAYMENT_OFFICER)
