"""What only the file exchange has: its formats, its folders, and partners that do as they like."""

from __future__ import annotations

import csv
import errno
import json
import os
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from makegood.channels import ANSWER_SCHEMA, ChannelName, NotSent, Taken
from makegood.channels.exchange import ExchangeChannel, placing, write_answers
from makegood.channels.exchange.answers import CONTROL_BYTES_MAX
from makegood.channels.exchange.fake import Behaviour
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from tests.channels.contract import MADE_AT, keys_of, outcomes, shipment_of, take_in
from tests.channels.exchange.by_hand import MESSAGE, partner_of, place, sent


def codes(error):
    return [finding.code for finding in error.value.findings]


def test_an_item_file_says_what_is_due_and_its_control_file_how_much(channel, tmp_path):
    shipment = sent(channel, tmp_path, detail=["", 'a "b", c', "라"])
    with (channel.folders.out / f"{MESSAGE}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == keys_of(shipment)
    assert [row["detail"] for row in rows] == ["", 'a "b", c', "라"]
    assert {row["customer_id"] for row in rows} == {""}
    control = json.loads((channel.folders.out / f"{MESSAGE}.json").read_text())
    assert (control["rows"], control["amount"], control["quantity"]) == (3, 33_000, 300)
    assert control["texts"] == {"unit": "GB"}
    assert control["bytes"] == (channel.folders.out / f"{MESSAGE}.csv").stat().st_size


def test_only_the_insurer_is_told_the_customer(tmp_path):
    channel = ExchangeChannel(ChannelName.INSURER, Settings(home=tmp_path))
    sent(channel, tmp_path)
    assert "C001000000" in (channel.folders.out / f"{MESSAGE}.csv").read_text()


def test_items_that_are_not_what_the_run_says_never_leave(channel, tmp_path):
    shipment = shipment_of(tmp_path / "items", channel.name, 1, 3)
    for wrong in (replace(shipment, count=4), replace(shipment, total=1)):
        with pytest.raises(MakegoodError) as error:
            channel.send(wrong)
        assert codes(error) == ["MG802"]
    assert list(channel.folders.out.iterdir()) == []


def test_without_room_nothing_leaves_and_it_may_be_sent_again(channel, tmp_path, monkeypatch):
    def no_room(path):
        if path.suffix == ".json" or path.name.startswith("."):
            raise OSError(errno.ENOSPC, "No space left on device")
        usual(path)

    usual = placing.sync
    shipment = shipment_of(tmp_path / "items", channel.name, 1, 3)
    monkeypatch.setattr("makegood.channels.exchange.channel.sync", no_room)
    with pytest.raises(NotSent) as error:
        channel.send(shipment)
    assert codes(error) == ["MG800"]
    assert list(channel.folders.out.iterdir()) == []
    assert channel.taken(shipment) is Taken.NO
    monkeypatch.undo()
    channel.send(shipment)


def test_a_message_that_went_without_a_sign_is_asked_about_and_not_sent(channel, tmp_path):
    shipment = sent(channel, tmp_path)
    for file in channel.folders.out.iterdir():
        file.unlink()
    with pytest.raises(MakegoodError) as error:
        channel.send(shipment)
    assert codes(error) == ["MG805"]
    assert not isinstance(error.value, NotSent)
    assert channel.taken(shipment) is Taken.UNSURE
    assert channel.taken(shipment) is Taken.UNSURE
    [enquiry] = channel.folders.ask.glob("*.json")
    assert json.loads(enquiry.read_text())["about"] == "message"


@pytest.mark.parametrize("is_put_away", [False, True])
def test_the_partner_says_that_it_has_no_such_message(channel, tmp_path, is_put_away):
    shipment = sent(channel, tmp_path)
    for file in channel.folders.out.iterdir():
        file.unlink()
    partner = partner_of(channel, tmp_path)
    assert channel.taken(shipment) is Taken.UNSURE
    partner.step(MADE_AT)
    if is_put_away:
        take_in(channel)
    assert channel.taken(shipment) is Taken.NO
    channel.send(shipment)
    assert channel.taken(shipment) is Taken.YES
    # The old "no" is about the first placing: it says nothing of the second.
    for file in channel.folders.out.iterdir():
        file.unlink()
    assert channel.taken(shipment) is Taken.UNSURE


@pytest.mark.parametrize("is_put_away", [False, True])
def test_the_partner_says_that_it_has_the_message(channel, tmp_path, is_put_away):
    partner = partner_of(channel, tmp_path, Behaviour(silent=1000, without_receipt=1000))
    shipment = sent(channel, tmp_path)
    partner.step(MADE_AT)
    assert channel.taken(shipment) is Taken.UNSURE
    partner.step(MADE_AT)
    if is_put_away:
        assert [each.count for each in take_in(channel)] == [0]
    assert channel.taken(shipment) is Taken.YES
    channel.ask(shipment, keys_of(shipment))
    partner.step(MADE_AT)
    assert set(outcomes(take_in(channel))) == {(key, 1) for key in keys_of(shipment)}


def test_answers_that_come_late_are_told_when_they_come(channel, tmp_path):
    partner = partner_of(channel, tmp_path, Behaviour(late=1000, late_by=timedelta(days=3)))
    shipment = sent(channel, tmp_path)
    partner.step(MADE_AT)
    assert take_in(channel) == []
    partner.step(MADE_AT + timedelta(days=3))
    assert set(outcomes(take_in(channel))) == {(key, 1) for key in keys_of(shipment)}


@pytest.mark.parametrize(
    ("rows", "changes", "why"),
    [
        (["K1,1,done,,"], {"rows": 2}, "'rows'"),
        (["K1,1,done,,"], {"failed": 1}, "'failed'"),
        (["K1,1,done,,"], {"sha256": "0" * 64}, "sha256"),
        (["K1,1,done,,"], {"format": "makegood-answers/2"}, "format"),
        (["K1,1,done,,"], {"remark": "hello"}, "unknown names"),
        (["K1,1,done,,"], {"message_ids": "M"}, "message_ids"),
        (["K1,1,done,,"], {"enquiry_id": "E"}, "taken"),
        (["K1,1,done,,"], {"message_ids": ["x" * 300]}, "message_ids"),
        (["K1,1,done,,"], {"message_ids": ["x\0y"]}, "message_ids"),
        (["K1,1,done,,"], {"message_ids": ["../in/a"]}, "message_ids"),
        (["K1,1,done,,"], {"enquiry_id": "nosuch/dir", "taken": "no"}, "enquiry_id"),
        (["K1,1,done,,"], {"enquiry_id": "../../x", "taken": "no"}, "enquiry_id"),
        (["K1,1,done,,"], {"enquiry_id": ["E"], "taken": "no"}, "enquiry_id"),
        (["K1,1,done,,"], {"rows": "홍길동 010-1234-5678"}, "'rows'"),
        (["K1,1,well,,"], {}, "outcome"),
        (["K1,0,done,,"], {}, "attempt"),
        (["K1,one,done,,"], {}, "cannot be read"),
        (["K1,1,done"], {}, "cannot be read"),
        ([",1,done,,"], {}, "no key"),
        (["K1,1,failed,the line is not active,"], {}, "code"),
        (["K1,1,failed,010-1234-5678,"], {}, "telephone"),
        (["K1,1,done,,yesterday"], {}, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_put_aside_and_stops_no_other(channel, rows, changes, why):
    place(channel, rows, "bad", changes)
    place(channel, ["K9,1,done,,2026-02-01T09:00:00Z"], "good")
    [good] = take_in(channel)
    assert good.name == "good"
    assert [path.name for path in channel.folders.incoming.iterdir()] == []
    assert {path.name for path in channel.folders.aside.iterdir()} == {
        "bad.csv", "bad.csv.why", "bad.json", "bad.json.why",
    }  # fmt: skip
    finding, _ = channel.findings()
    assert finding.code == "MG803"
    assert why in finding.message
    assert not any(row in finding.message for row in rows)
    told = "".join(path.read_text("utf-8") for path in channel.folders.aside.glob("*.why"))
    assert "홍길동" not in told
    assert "010-1234-5678" not in told


def deep(folder):
    (folder / "bad.json").write_text("[" * 200_000, "utf-8")


def long(folder):
    (folder / "bad.json").write_text(" " * (CONTROL_BYTES_MAX + 1), "utf-8")


def control_is_a_folder(folder):
    (folder / "bad.json").unlink()
    (folder / "bad.json").mkdir()


def rows_are_a_folder(folder):
    (folder / "bad.csv").unlink()
    (folder / "bad.csv").mkdir()


def control_is_a_pipe(folder):
    (folder / "bad.json").unlink()
    os.mkfifo(folder / "bad.json")


def rows_are_a_link(folder):
    (folder / "bad.csv").unlink()
    (folder / "bad.csv").symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    "spoil",
    [deep, long, control_is_a_folder, rows_are_a_folder, control_is_a_pipe, rows_are_a_link],
)
def test_what_is_no_file_of_answers_at_all_is_put_aside_and_stops_no_other(channel, spoil):
    place(channel, ["K1,1,done,,"], "bad")
    spoil(channel.folders.incoming)
    place(channel, ["K9,1,done,,2026-02-01T09:00:00Z"], "good")
    assert [each.name for each in take_in(channel)] == ["good"]
    assert list(channel.folders.incoming.iterdir()) == []
    assert {finding.code for finding in channel.findings()} == {"MG803"}


def test_a_file_that_cannot_be_moved_now_stays_and_stops_no_other(channel, monkeypatch):
    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    place(channel, ["K1,1,well,,"], "bad")
    place(channel, ["K9,1,done,,"], "good")
    monkeypatch.setattr("makegood.channels.exchange.answer_files.put_aside", broken)
    assert [each.name for each in take_in(channel)] == ["good"]
    [stuck] = channel.findings()
    assert (stuck.code, "input/output" in stuck.message) == ("MG803", True)
    monkeypatch.undo()
    assert take_in(channel) == []
    assert {path.name for path in channel.folders.incoming.iterdir()} == set()


def test_a_name_that_looks_like_somebody_is_masked(channel):
    place(channel, ["K1,1,well,,"], "010-1234-5678")
    take_in(channel)
    assert not any("1234" in finding.message for finding in channel.findings())


def test_a_control_file_that_comes_before_its_rows_waits_for_them_under_any_name(channel):
    place(channel, ["K1,1,done,,"])
    assert len(take_in(channel)) == 1
    place(channel, ["K2,1,done,,"])
    rows = channel.folders.incoming / "answers.csv"
    late = rows.rename(rows.with_name(".answers.csv.part"))
    assert take_in(channel) == []
    late.rename(rows)
    [each] = take_in(channel)
    assert each.answers["key"].to_pylist() == ["K2"]


def test_half_a_pair_is_waited_for(channel):
    place(channel, ["K1,1,done,,"])
    control = channel.folders.incoming / "answers.json"
    hidden = control.rename(control.with_name(".answers.json.part"))
    assert take_in(channel) == []
    hidden.rename(control)
    assert len(take_in(channel)) == 1


def test_a_name_that_comes_again_replaces_nothing(channel):
    for code in ("a", "b"):
        place(channel, [f"K1,1,failed,{code},"])
        [each] = take_in(channel)
        assert each.answers["code"].to_pylist() == [code]
    assert len(list(channel.folders.done.glob("*.csv"))) == 2


def test_a_putting_away_that_was_broken_off_is_finished(channel):
    place(channel, ["K1,1,done,,"])
    rows = channel.folders.incoming / "answers.csv"
    placing.move_new(rows, channel.folders.done)
    assert take_in(channel) == []
    assert list(channel.folders.incoming.iterdir()) == []


def test_a_partner_that_is_killed_between_goes_on(channel, tmp_path):
    """Booked, but the files are still there; answered, but the queue still holds it."""
    shipment = sent(channel, tmp_path)
    saved = {path: path.read_bytes() for path in channel.folders.out.iterdir()}
    partner_of(channel, tmp_path).step(MADE_AT)
    for path, content in saved.items():
        path.write_bytes(content)
    partner = partner_of(channel, tmp_path)
    partner.step(MADE_AT)
    assert partner.granted() == dict.fromkeys(keys_of(shipment), 1)
    assert partner.amounts()[keys_of(shipment)[0]] == (11_000, 100)


def test_answers_of_many_rows_are_read_as_they_stand(channel):
    count = 100_000
    keys = pa.array([f"MG{n:030X}" for n in range(count)])
    columns = [keys, [1] * count, ["done"] * count, [""] * count, [MADE_AT] * count]
    table = pa.table(columns, schema=ANSWER_SCHEMA)
    write_answers(channel.folders.incoming, "many", table, [MESSAGE])
    [incoming] = channel.incoming()
    assert incoming.count == count
    assert incoming.answers.equals(table)
