"""Items without an account are answered from here; the others of their message leave."""

from pathlib import Path

import pytest
from lxml import etree

from makegood.channels.bank import payments
from makegood.channels.bank.fake import served
from makegood.channels.contract import NotSent, Outcome, Taken
from makegood.trust.vault import Account
from tests.channels.bank.conftest import Town
from tests.channels.bank.items import again, customer, key_of, shipment

pytestmark = pytest.mark.usefixtures("customers")

FAILED, DONE = Outcome.FAILED.value, Outcome.DONE.value
NO_ACCOUNT = {(key_of(number), 1, FAILED, "no_account") for number in (7, 8)}


def test_what_has_no_account_fails_and_the_others_are_paid(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [1, 2, 4, 8, 16, 32, 64, 128])
    digest = town.channel.send(sent)
    file = (town.folder.out / f"{sent.message_id}.xml").read_bytes()
    said = etree.fromstring(file)
    assert said.xpath("//*[local-name()='NbOfTxs']/text()") == ["6", "6"]
    assert said.xpath("//*[local-name()='CtrlSum']/text()") == ["63", "63"]
    assert len(said.xpath("//*[local-name()='CdtTrfTxInf']")) == 6
    assert town.channel.taken(sent) is Taken.YES
    assert town.channel.send(sent) == digest
    assert set(town.answers()) == NO_ACCOUNT
    assert town.answers() == []
    town.bank.work(town.days.now())
    assert {row for row in town.answers() if row[2] == DONE} == {
        (key_of(number), 1, DONE, "") for number in (1, 2, 3, 4)
    }
    assert town.channel.send(sent) == digest
    assert town.answers() == []
    assert {each.key for each in town.bank.payments()} == {key_of(n) for n in range(1, 7)}


def test_a_message_of_nobody_has_no_file_and_all_its_answers(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [5, 6], first=7)
    town.channel.send(sent)
    assert list(town.folder.out.iterdir()) == []
    with served(town.bank) as address:
        town.settings = town.settings.model_copy(update={"bank_address": address})
        assert town.channel.taken(sent) is Taken.YES
        town.channel.ask(sent, [key_of(7), key_of(8)])
    assert set(town.answers()) == NO_ACCOUNT


def test_items_other_than_the_run_says_are_not_sent_without_an_account_either(
    town: Town, tmp_path: Path
) -> None:
    for change in ({"count": 3}, {"total": 12}):
        sent = again(shipment(tmp_path, [5, 6], first=6), **change)
        with pytest.raises(NotSent) as told:
            town.channel.send(sent)
        assert told.value.findings[0].code == "MG812"
        assert town.channel.taken(sent) is Taken.NO


def test_killed_after_the_file_has_its_name_the_others_are_still_answered(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from makegood.channels.bank import sending

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    sent = shipment(tmp_path, [1] * 8)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "keep_own", die)
        with pytest.raises(Killed):
            town.channel.send(sent)
    assert (town.folder.out / f"{sent.message_id}.xml").exists()
    assert town.answers() == []
    assert town.channel.taken(sent) is Taken.YES
    assert set(town.answers()) == NO_ACCOUNT


def test_the_bank_is_not_asked_about_what_it_never_had(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [1] * 8)
    town.channel.send(sent)
    town.fetch(sent)
    town.channel.ask(sent, [key_of(6), key_of(7)])
    listed = (town.folder.ask / f"{sent.message_id}.csv").read_text()
    assert key_of(6) in listed
    assert key_of(7) not in listed


def test_own_answers_that_somebody_changed_are_set_aside(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [1] * 8)
    town.channel.send(sent)
    (own,) = town.folder.waiting()
    own.write_text(own.read_text().replace(key_of(7), key_of(1)))
    assert town.answers() == []
    (note,) = town.folder.aside.glob("*.why")
    assert "other items than those that were left out" in note.read_text()


def test_an_account_that_vanishes_while_the_file_is_written_is_left_out(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = payments.opened_accounts, []

    def vanishing(ids: list[str]) -> dict[str, Account]:
        asked.append(ids)
        opened = real(ids)
        if len(asked) > 1:
            opened.pop(customer(6), None)
        return opened

    monkeypatch.setattr(payments, "opened_accounts", vanishing)
    town.channel.send(shipment(tmp_path, [1] * 8))
    assert {row[0] for row in town.answers()} == {key_of(number) for number in (6, 7, 8)}


def test_accounts_that_vanish_try_after_try_keep_the_message_back(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = payments.opened_accounts, []

    def vanishing(ids: list[str]) -> dict[str, Account]:
        asked.append(ids)
        opened = real(ids)
        for number in range(len(asked)):
            opened.pop(customer(6 - number), None)
        return opened

    monkeypatch.setattr(payments, "opened_accounts", vanishing)
    sent = shipment(tmp_path, [1] * 8)
    with pytest.raises(NotSent) as told:
        town.channel.send(sent)
    assert told.value.findings[0].code == "MG811"
    assert town.channel.taken(sent) is Taken.NO
