"""What is sent is what the bank books, and what it answers is what comes back."""

from datetime import timedelta
from pathlib import Path

import pytest

from makegood.channels.bank.fake import Behaviour, FakeBank, served
from makegood.channels.contract import Outcome, Taken
from tests.channels.bank.conftest import Town, rows_of
from tests.channels.bank.items import again, key_of, number_of, shipment

pytestmark = pytest.mark.usefixtures("customers")

AMOUNTS = [15_000, 466_667, 1, 70_000, 9_000, 8_000]
DONE, FAILED, RETURNED = Outcome.DONE.value, Outcome.FAILED.value, Outcome.RETURNED.value


def test_each_payment_is_booked_once_and_answered_with_its_reason(
    town: Town, tmp_path: Path
) -> None:
    sent = shipment(tmp_path, AMOUNTS)
    town.channel.send(sent)
    town.bank.work(town.days.now())
    booked = town.bank.payments()
    assert {(each.key, each.amount, each.number) for each in booked} == {
        (key_of(number), amount, number_of(number)) for number, amount in enumerate(AMOUNTS, 1)
    }
    ends = {row[:4] for row in town.answers()}
    assert ends == {(key_of(number), 1, DONE, "") for number in range(1, 5)} | {
        (key_of(5), 1, FAILED, "AC04"),
        (key_of(6), 1, FAILED, "AC01"),
    }
    assert town.answers() == []


def test_names_reach_the_bank_as_they_are(
    town: Town, customers: tuple[str, ...], tmp_path: Path
) -> None:
    town.channel.send(shipment(tmp_path, AMOUNTS))
    town.bank.work(town.days.now())
    holders = {each.number: each.holder for each in town.bank.payments()}
    assert holders[number_of(2)] == customers[1]
    assert holders[number_of(4)] == "최 민호"


def test_a_message_sent_again_is_neither_placed_nor_booked_again(
    town: Town, tmp_path: Path
) -> None:
    sent = shipment(tmp_path, AMOUNTS)
    first = town.channel.send(sent)
    assert town.channel.send(sent) == first
    town.bank.work(town.days.now())
    assert town.channel.send(sent) == first
    assert not list(town.folder.out.glob("*.xml"))
    # And a bank that is given the same file a second time books nothing.
    other = shipment(tmp_path, AMOUNTS, message_id="OTHER-00001")
    town.channel.send(other)
    town.bank.work(town.days.now())
    assert len(town.bank.payments()) == len(AMOUNTS)
    assert len(town.bank.repetitions()) == len(AMOUNTS)


def test_a_follow_up_is_another_payment(town: Town, tmp_path: Path) -> None:
    town.channel.send(shipment(tmp_path, [5_000]))
    town.channel.send(shipment(tmp_path, [5_000], attempt=2, message_id="FOLLOW-00001"))
    town.bank.work(town.days.now())
    assert sorted(row[:3] for row in town.answers())[0:1] == [(key_of(1), 1, DONE)]
    assert {(each.key, each.attempt) for each in town.bank.payments()} == {
        (key_of(1), 1),
        (key_of(1), 2),
    }


def test_payments_wait_for_their_day(town: Town, tmp_path: Path) -> None:
    sent = again(shipment(tmp_path, [5_000]), due_on=town.days.now().date().replace(day=10))
    town.channel.send(sent)
    town.bank.work(town.days.now())
    assert town.answers() == []
    town.bank.work(town.days.pass_days(8))
    assert {row[2] for row in town.answers()} == {DONE}


def test_payments_that_come_back_are_returned(town: Town, tmp_path: Path) -> None:
    bank = town.restarted(Behaviour(returns=1.0, return_days=4))
    town.channel.send(shipment(tmp_path, AMOUNTS[:2]))
    bank.work(town.days.now())
    assert {row[2] for row in town.answers()} == {DONE}
    bank.work(town.days.pass_days(4))
    returned = town.answers()
    assert [row[:3] for row in returned] == sorted((key_of(n), 1, RETURNED) for n in (1, 2))
    assert {row[3] for row in returned} <= {"AC03", "AC04", "BE04"}


@pytest.mark.parametrize("seed", range(6))
def test_late_doubled_partial_answers_come_to_the_same_ends(
    town: Town, tmp_path: Path, seed: int
) -> None:
    behaviour = Behaviour(seed=seed, rejects=0.3, twice=0.5, late=0.5, partial=0.5, returns=0.2)
    bank = town.restarted(behaviour)
    for first in (1, 3):
        town.channel.send(shipment(tmp_path, [100, 200], first=first))
    seen: set[tuple[str, int, str]] = set()
    for _ in range(40):
        bank = town.restarted()  # killed between any two steps
        bank.work(town.days.pass_days(0.25))
        seen |= {row[:3] for row in town.answers()}
    expected = set()
    for each in bank.payments():
        assert each.state != "waiting"
        if each.state in {"paid", "returned"}:
            expected.add((each.key, 1, DONE))
        if each.state == "returned":
            expected.add((each.key, 1, RETURNED))
        if each.state == "rejected":
            expected.add((each.key, 1, FAILED))
    assert seen == expected, f"seed {seed}"


def test_what_nobody_answered_is_asked_about(town: Town, tmp_path: Path) -> None:
    bank = town.restarted(Behaviour(silent=1.0, outages=0.3, seed=3))
    sent = shipment(tmp_path, AMOUNTS)
    town.channel.send(sent)
    bank.work(town.days.now())
    assert town.answers() == []
    keys = [key_of(number) for number in range(1, 7)]
    with served(bank, token="secret") as address:  # noqa: S106
        (tmp_path / "token").write_text("secret\n")
        town.settings = again_settings(town, address, tmp_path / "token")
        assert town.channel.taken(sent) is Taken.YES
        town.channel.ask(sent, keys)
        town.channel.ask(sent, keys)  # the same answers lie there once
        assert len(town.folder.waiting()) == 1
    assert set(town.answers()) == {(key_of(n), 1, DONE, "") for n in range(1, 5)} | {
        (key_of(5), 1, FAILED, "415"),
        (key_of(6), 1, FAILED, "412"),
    }


def test_without_an_address_a_list_for_a_person_is_placed(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, AMOUNTS)
    town.channel.send(sent)
    town.fetch(sent)
    town.channel.ask(sent, [key_of(2)])
    listed = (town.folder.ask / f"{sent.message_id}.csv").read_text()
    assert f"{sent.message_id},{key_of(2)}01,466667" in listed
    assert number_of(2) not in listed


def test_nobody_is_asked_about_a_file_that_may_still_be_fetched(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, AMOUNTS)
    town.channel.send(sent)
    listed = town.folder.ask / f"{sent.message_id}.csv"
    listed.write_text("as it once was placed", "utf-8")
    town.channel.ask(sent, [key_of(2)])
    assert not listed.exists()
    (tmp_path / "token").write_text("secret\n")
    with served(town.bank, token="secret") as address:  # noqa: S106
        town.settings = again_settings(town, address, tmp_path / "token")
        town.channel.ask(sent, [key_of(2)])
    assert town.folder.waiting() == []


def test_a_file_that_nobody_fetches_is_told_when_its_payments_would_be_asked_about(
    town: Town, tmp_path: Path
) -> None:
    sent = shipment(tmp_path, AMOUNTS)
    town.channel.send(sent)
    town.days.pass_days(0.9)
    assert town.channel.findings() == []
    town.days.pass_days(0.1)
    [finding] = town.channel.findings()
    assert (finding.code, finding.severity.value) == ("MG805", "warning")
    assert finding.message == f"message {sent.message_id} lies untaken since 2026-02-02 10:30"
    town.bank.work(town.days.now())
    assert town.channel.findings() == []


def test_a_message_the_bank_finds_invalid_fails_as_a_whole(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, AMOUNTS[:3])
    town.channel.send(sent)
    file = town.folder.out / f"{sent.message_id}.xml"
    file.write_bytes(file.read_bytes().replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<"))
    town.bank.work(town.days.now())
    assert town.bank.payments() == []
    assert town.answers() == [(key_of(number), 1, FAILED, "AM10") for number in (1, 2, 3)]


def test_cents_are_written_and_read_as_cents(town: Town, tmp_path: Path) -> None:
    town.channel.send(shipment(tmp_path, [1_250, 5], currency="CAD", minor_digits=2))
    text = next(town.folder.out.glob("*.xml")).read_text()
    assert '<InstdAmt Ccy="CAD">12.50<' in text
    assert "<CtrlSum>12.55<" in text
    town.bank.work(town.days.now())
    assert sorted(each.amount for each in town.bank.payments()) == [5, 1_250]
    assert len([incoming for incoming in town.channel.incoming() if rows_of(incoming.answers)]) == 2


def again_settings(town: Town, address: str, token: Path):
    return town.settings.model_copy(
        update={
            "bank_address": address,
            "bank_token_file": token,
            "bank_institution": "M202600001",
            "bank_requests_a_second": 1000.0,
        }
    )


def test_returns_of_one_message_are_each_told(town: Town, tmp_path: Path) -> None:
    bank = town.restarted(Behaviour(returns=1.0, return_days=1))
    town.channel.send(shipment(tmp_path, [10, 20]))
    bank.work(town.days.now())
    town.answers()
    later = town.days.now() + timedelta(days=1, seconds=1)
    with bank.books.writing() as connection:
        connection.execute(
            "UPDATE payment SET return_at = ? WHERE key = ?", (later.isoformat(), key_of(2))
        )
    bank.work(town.days.pass_days(1))
    assert [row[:3] for row in town.answers()] == [(key_of(1), 1, RETURNED)]
    town.days.at = later
    bank.work(later)
    assert [row[:3] for row in town.answers()] == [(key_of(2), 1, RETURNED)]


def test_books_survive_their_bank(town: Town, tmp_path: Path) -> None:
    town.channel.send(shipment(tmp_path, AMOUNTS))
    town.bank.work(town.days.now())
    before = town.bank.payments()
    assert isinstance(town.restarted(), FakeBank)
    assert town.bank.payments() == before


def test_a_bank_that_refuses_duplicates_leaves_the_first_as_it_is(
    town: Town, tmp_path: Path
) -> None:
    bank = town.restarted(Behaviour(doubled=1.0, refuses_duplicates=True))
    town.channel.send(shipment(tmp_path, AMOUNTS[:2]))
    bank.work(town.days.now())
    assert set(town.answers()) == {
        (key_of(number), 1, *said)
        for number in (1, 2)
        for said in ((DONE, ""), (Outcome.UNKNOWN.value, "DU01"))
    }
    # The same payments in another message: each is refused for itself.
    town.channel.send(shipment(tmp_path, AMOUNTS[:2], message_id="OTHER-00001"))
    bank.work(town.days.now())
    told = set(town.answers())
    assert {row[2] for row in told} == {Outcome.UNKNOWN.value}
    assert "AM05" in {row[3] for row in told}
    assert len(bank.payments()) == 2
