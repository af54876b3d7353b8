"""What leaves for an aggregator, and what does not."""

import csv
import json
import os
import stat
from csv import writer
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from makegood.channels import ChannelName, Outcome
from makegood.channels.exchange import FOLDERS
from makegood.channels.messages import confirm
from makegood.channels.messages.fake import AggregatorFaults
from makegood.cli.application import application
from makegood.kernel import FixedClock, MakegoodError
from makegood.trust import clock
from tests.channels.contract import keys_of, take_in
from tests.channels.messages.rig import (
    AWAY,
    SmsRig,
    phone_of,
    reminder,
    same_master_key,
)
from tests.docs.test_commands import section
from tests.docs.test_json import on_page
from tests.staff_people import kinds_logged
from tests.trust.leaks import nothing_leaks

SEOUL = ZoneInfo("Asia/Seoul")
MORNING = datetime(2026, 1, 19, 10, tzinfo=SEOUL)


@pytest.fixture
def rig(database):
    with same_master_key(database.settings), clock.use(FixedClock(MORNING)):
        yield SmsRig(database.settings, AggregatorFaults())


def spooled(rig: SmsRig) -> list[dict[str, str]]:
    (path,) = (rig.folder / "out").glob("*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_says_what_an_aggregator_needs(rig: SmsRig):
    shipment = rig.shipment(1, 5)
    rig.channel.send(shipment)
    rows = spooled(rig)
    assert [row["phone"] for row in rows] == [f"+82{phone_of(1, n)[1:]}" for n in range(4)]
    assert {row["kind"] for row in rows} == {"LMS"}
    assert {row["subject"] for row in rows} == {"[KT] 위약금 면제 미신청 안내"}
    assert rows[0]["text"].startswith("[케이티] 위약금 면제 신청을 아직 하지 않으셨습니다.\n")
    assert "2026년 1월 31일 오후 10시까지" in rows[0]["text"]
    (control,) = (rig.folder / "out").glob("*.json")
    said = json.loads(control.read_text(encoding="utf-8"))
    assert said["rows"] == 4
    assert said["texts"] == {"sender": "114", "deliver_until": "2026-01-19T21:00:00+09:00"}


def test_only_the_partner_may_read_the_numbers(rig: SmsRig):
    rig.channel.send(rig.shipment(1, 5))
    (path,) = (rig.folder / "out").glob("*.csv")
    assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO == 0


def test_who_has_no_telephone_is_answered_at_once(rig: SmsRig):
    shipment = rig.shipment(1, AWAY * 2)
    rig.channel.send(shipment)
    (incoming,) = take_in(rig.channel)
    keys = keys_of(shipment)
    assert incoming.message_ids == (shipment.message_id,)
    assert [(row["key"], row["outcome"], row["code"]) for row in incoming.answers.to_pylist()] == [
        (keys[AWAY - 1], Outcome.FAILED, "no_phone"),
        (keys[2 * AWAY - 1], Outcome.FAILED, "no_phone"),
    ]
    assert take_in(rig.channel) == []


def test_a_message_is_confirmed_by_its_code_and_tells_nothing_personal(rig: SmsRig):
    rig.channel.send(rig.shipment(1, 4))
    rows = spooled(rig)
    codes = [row["text"].split()[-1] for row in rows]
    assert len(set(codes)) == 4
    for code in codes:
        found = confirm(f" {code[:4].lower()}-{code[4:]} ")
        assert found is not None
        assert (found.programme, found.template) == ("kt-2025", "waiver_reminder")
        assert found.sent_on == MORNING.date()
        assert found.text == rows[0]["text"].replace(codes[0], "{code}")
    assert confirm("000000000") is None
    assert confirm("what is this") is None


def test_the_command_confirms_a_code_and_repeats_none_that_is_unknown(
    rig: SmsRig, database, monkeypatch: pytest.MonkeyPatch
):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    rig.channel.send(rig.shipment(1, 1))
    (row,) = spooled(rig)
    code = row["text"].split()[-1]
    told = CliRunner().invoke(application, ["message", "confirm", code.lower(), "--json"])
    assert told.exit_code == 0
    said = json.loads(told.stdout)
    assert on_page(section("message confirm")) == set(said)
    assert (said["template"], said["sent_on"]) == ("waiver_reminder", "2026-01-19")
    assert "{code}" in said["text"]
    unknown = CliRunner().invoke(application, ["message", "confirm", "ABCDEFGH0"])
    assert isinstance(unknown.exception, MakegoodError)
    assert unknown.exception.findings[0].code == "MG825"
    assert "ABCDEFGH" not in str(unknown.exception)


def test_the_same_message_keeps_its_code(rig: SmsRig):
    shipment = rig.shipment(1, 4)
    rig.channel.send(shipment)
    before = {row["key"]: row["text"] for row in spooled(rig)}
    rig.answer()
    again = replace(shipment, message_id="FEDCBA9876543210-00001")
    rig.channel.send(again)
    assert {row["key"]: row["text"] for row in spooled(rig)} == before


def test_that_a_run_uses_personal_data_is_recorded_where_its_shard_is_taken_in_hand(rig: SmsRig):
    """Not here too: in the log it would be twice."""
    rig.channel.send(rig.shipment(1, 4))
    assert "personal_data.used_by_run" not in kinds_logged()


def test_nobody_else_reads_the_numbers(rig: SmsRig, monkeypatch):
    """Not for a moment: the file is made with its mode, and its folders are this user's."""
    modes: list[int] = []

    def noted(file):
        modes.append(os.fstat(file.fileno()).st_mode & 0o777)
        return writer(file)

    monkeypatch.setattr("makegood.channels.messages.spool.csv.writer", noted)
    rig.channel.send(rig.shipment(1, 4))
    assert modes
    assert not any(mode & 0o007 for mode in modes)
    folders = [rig.folder, *(rig.folder / name for name in FOLDERS), rig.folder / "own" / "done"]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_it_waits_for_the_morning_by_its_template(rig: SmsRig):
    shipment = rig.shipment(1, 4)
    night = datetime(2026, 1, 19, 22, 15, tzinfo=SEOUL)
    assert rig.channel.earliest(shipment, night) == datetime(2026, 1, 20, 8, tzinfo=SEOUL)
    assert rig.channel.earliest(shipment, MORNING) == MORNING
    urgent = replace(shipment, texts={**shipment.texts, "template": "waiver_received"})
    with pytest.raises(MakegoodError, match="MG823"):
        rig.channel.send(replace(urgent, texts={**urgent.texts, "template": "nothing"}))
    assert rig.channel.earliest(urgent, night) == night


def test_a_value_that_no_short_message_holds_fails_that_message_alone(rig: SmsRig):
    shipment = rig.shipment(1, 4)
    texts = {**shipment.texts, "template": "waiver_refused", "value.reason": "똠양꿍"}
    rig.channel.send(replace(shipment, texts=texts))
    (incoming,) = take_in(rig.channel)
    assert {row["code"] for row in incoming.answers.to_pylist()} == {"not_writable"}
    assert spooled(rig) == []


def test_items_that_are_not_as_many_as_the_run_says_stop_it(rig: SmsRig):
    shipment = rig.shipment(1, 4)
    with pytest.raises(MakegoodError, match="MG823"):
        rig.channel.send(replace(shipment, count=5))
    assert not list((rig.folder / "out").glob("*"))


def test_a_channel_without_a_sender_is_not_set_up(database):
    from makegood.channels.messages import SmsChannel

    with pytest.raises(MakegoodError, match="MG820"):
        SmsChannel(database.settings)


def test_no_number_is_anywhere_but_in_the_exchange_folder(database):
    with same_master_key(database.settings), clock.use(FixedClock(MORNING)):
        outside = database.home.parent / "exchange"
        settings = database.settings.model_copy(update={"exchange": outside})
        rig = SmsRig(settings, AggregatorFaults(failed=300))
        planted = [phone_of(1, n)[1:] for n in range(4)] + ["someone.1.0@example.com", "김민수"]
        with nothing_leaks(database, planted):
            shipment = rig.shipment(1, 5)
            rig.channel.send(shipment)
            rig.answer()
            rig.channel.ask(shipment, keys_of(shipment))
            take_in(rig.channel)
            shown = repr(reminder(settings, ChannelName.SMS, 1, 5))
        assert not any(value in shown for value in planted)
