"""Messages that a partner has not taken: nobody is asked about them, and it is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from makegood.channels import Taken
from makegood.channels.exchange.enquiries import place_enquiry_about_items
from makegood.channels.exchange.fake import Behaviour
from makegood.kernel import FixedClock
from makegood.trust import clock
from tests.channels.contract import MADE_AT, keys_of, outcomes, shipment_of, take_in
from tests.channels.exchange.by_hand import MESSAGE, partner_of, place, sent


def asked_before_the_mending(channel, shipment):
    """An enquiry about all items that lies there beside the message, as it once was placed."""
    items = pq.read_table(shipment.items, columns=["key", "attempt"])
    place_enquiry_about_items(channel.folders.ask, shipment.message_id, items)


def test_nobody_is_asked_about_items_of_a_message_that_it_may_still_take(channel, tmp_path):
    partner = partner_of(channel, tmp_path, Behaviour(silent=1000))
    shipment = sent(channel, tmp_path)
    asked_before_the_mending(channel, shipment)
    channel.ask(shipment, keys_of(shipment))
    assert list(channel.folders.ask.iterdir()) == []
    partner.step(MADE_AT)
    channel.ask(shipment, keys_of(shipment))
    [enquiry] = channel.folders.ask.glob("*.json")
    assert json.loads(enquiry.read_text())["about"] == "items"
    partner.step(MADE_AT)
    told = outcomes(take_in(channel))
    assert told == {(key, 1): {"done"} for key in keys_of(shipment)}


@pytest.mark.parametrize("is_named", [False, True])
def test_what_may_still_be_taken_is_not_believed_to_be_lost(channel, tmp_path, is_named):
    shipment = sent(channel, tmp_path)
    first, second, _ = keys_of(shipment)
    rows = [f"{first},1,failed,not_received,", "K9,1,done,,"]
    other = {"message_ids": ["0123456789ABCDEF-00009"]}
    place(channel, rows, "early", None if is_named else other)
    place(channel, [f"{second},1,failed,line_not_active,"], "decided")
    assert [each.name for each in take_in(channel)] == ["decided"]
    assert {finding.code for finding in channel.findings()} == {"MG803"}
    assert "'not_received'" in channel.findings()[0].message
    # The message is gone, and the same answers come once more: they are as early as they were.
    partner_of(channel, tmp_path).step(MADE_AT)
    place(channel, rows, "early-again", None if is_named else other)
    assert (first, 1) in outcomes(came := take_in(channel))
    assert "early-again" not in {each.name for each in came}
    # Of another attempt, which no message that lies there holds, it is believed.
    place(channel, [f"{first},2,failed,not_received,"], "another")
    assert [each.name for each in take_in(channel)] == ["another"]


def test_what_was_never_received_of_a_message_that_was_taken_is_believed(channel, tmp_path):
    shipment = sent(channel, tmp_path)
    partner_of(channel, tmp_path, Behaviour(silent=1000)).step(MADE_AT)
    place(channel, [f"{keys_of(shipment)[0]},1,failed,not_received,"])
    assert outcomes(take_in(channel)) == {(keys_of(shipment)[0], 1): {"failed"}}


@pytest.mark.parametrize("left", [None, "half a message"])
def test_answers_that_come_while_the_partner_takes_the_message_are_too_early(
    channel, tmp_path, left
):
    shipment = sent(channel, tmp_path)
    place(channel, [f"{keys_of(shipment)[0]},1,failed,not_received,"])
    rows = channel.folders.out / f"{MESSAGE}.csv"
    rows.unlink() if left is None else rows.write_text(left, "utf-8")
    assert take_in(channel) == []
    assert [finding.code for finding in channel.findings()][:1] == ["MG803"]


def test_a_message_that_is_placed_anew_takes_back_what_was_asked_about_its_items(channel, tmp_path):
    shipment = sent(channel, tmp_path)
    for file in channel.folders.out.iterdir():
        file.unlink()
    channel.ask(shipment, keys_of(shipment))
    assert channel.taken(shipment) is Taken.UNSURE
    place(channel, [], changes={"enquiry_id": f"{MESSAGE}-t1", "taken": "no"})
    take_in(channel)
    assert channel.taken(shipment) is Taken.NO
    channel.send(shipment)
    assert [path.stem for path in channel.folders.ask.glob("*.json")] == [f"{MESSAGE}-t1"]


def test_a_message_that_nobody_takes_is_told_when_its_items_would_be_asked_about(channel, tmp_path):
    with clock.use(FixedClock(MADE_AT)):
        sent(channel, tmp_path)
    with clock.use(FixedClock(MADE_AT + timedelta(hours=1))):
        channel.send(shipment_of(tmp_path / "items", channel.name, 2, 3))
    with clock.use(FixedClock(MADE_AT + timedelta(hours=5))):
        assert channel.findings() == []
    with clock.use(FixedClock(MADE_AT + timedelta(hours=6))):
        [finding] = channel.findings()
    assert (finding.code, finding.severity.value) == ("MG805", "warning")
    assert finding.message == f"message {MESSAGE} lies untaken since 2026-02-01 09:00"
    with clock.use(FixedClock(MADE_AT + timedelta(hours=8))):
        assert channel.findings()[0].message.endswith(", and 1 more behind it")
        partner_of(channel, tmp_path).step(MADE_AT)
        assert channel.findings() == []
