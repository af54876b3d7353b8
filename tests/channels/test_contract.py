"""One suite over every channel: its real client against its fake. See ``contract.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.channels import Outcome, Taken
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from tests.channels.children import killed_at, steps_of
from tests.channels.contract import (
    RIGS,
    Rig,
    answered_fully,
    brought_outside,
    keys_of,
    outcomes,
    rig_named,
    take_in,
    with_attempt,
)
from tests.store_fixture import Database

KILLS = 10
"""How many of the points at which a channel can be killed are tried: spread, first and last."""


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    settings = Settings(home=tmp_path / "home")
    if RIGS[request.param].store:
        database: Database = request.getfixturevalue("database")
        settings = database.settings
    with rig_named(request.param)(settings) as made:
        yield made


def test_every_item_is_carried_out_once_or_failed_and_is_answered(rig: Rig) -> None:
    shipment = rig.shipment(1, 40)
    rig.channel.send(shipment)
    told = answered_fully(rig, shipment)
    done = {key for (key, _), said in told.items() if said == {Outcome.DONE}}
    failed = {key for (key, _), said in told.items() if said == {Outcome.FAILED}}
    assert done | failed == set(keys_of(shipment))
    assert dict(rig.carried_out()) == dict.fromkeys(done, 1)
    assert not rig.findings()


def test_sending_again_is_harmless(rig: Rig) -> None:
    shipment = rig.shipment(1, 12)
    sent = rig.channel.send(shipment)
    assert rig.channel.send(shipment) == sent
    told = answered_fully(rig, shipment)
    assert rig.channel.send(shipment) == sent
    rig.answer()
    done = {key for (key, _), said in told.items() if said == {Outcome.DONE}}
    assert dict(rig.carried_out()) == dict.fromkeys(done, 1)


def test_other_items_are_never_taken_for_the_same_message(rig: Rig) -> None:
    rig.channel.send(rig.shipment(1, 5))
    other = rig.shipment(1, 6)
    with pytest.raises(MakegoodError) as told:
        rig.channel.send(other)
    assert len(told.value.findings) == 1


def test_what_was_never_sent_is_not_there_and_what_was_sent_is(rig: Rig) -> None:
    shipment = rig.shipment(1, 5)
    assert rig.channel.taken(shipment) is Taken.NO
    rig.channel.send(shipment)
    assert rig.channel.taken(shipment) is Taken.YES
    answered_fully(rig, shipment)
    assert rig.channel.taken(shipment) is Taken.YES


def test_the_same_answers_again_are_the_same_source(rig: Rig) -> None:
    shipment = rig.shipment(1, 8)
    rig.channel.send(shipment)
    rig.answer()
    rig.channel.ask(shipment, keys_of(shipment))
    rig.answer()
    first = {each.source_id: outcomes([each]) for each in take_in(rig.channel)}
    assert first
    rig.again()
    second = {each.source_id: outcomes([each]) for each in take_in(rig.channel)}
    assert second
    assert second.items() <= first.items()


def test_answers_are_told_until_they_are_put_away_and_never_after(rig: Rig) -> None:
    shipment = rig.shipment(1, 8)
    rig.channel.send(shipment)
    rig.answer()
    rig.channel.ask(shipment, keys_of(shipment))
    rig.answer()
    first = list(rig.channel.incoming())
    assert [each.source_id for each in rig.channel.incoming()] == [it.source_id for it in first]
    assert all(shipment.message_id in each.message_ids for each in first)
    for each in first:
        rig.channel.put_away(each)
        rig.channel.put_away(each)
    assert list(rig.channel.incoming()) == []


def test_answers_to_two_messages_stay_apart(rig: Rig) -> None:
    first, second = rig.shipment(1, 6), rig.shipment(2, 6)
    rig.channel.send(second)
    rig.channel.send(first)
    for shipment in (first, second):
        rig.channel.ask(shipment, keys_of(shipment))
    rig.answer()
    for each in take_in(rig.channel):
        of = {key for key, _ in outcomes([each])}
        named = [it for it in (first, second) if it.message_id in each.message_ids]
        assert of <= {key for it in named for key in keys_of(it)}


def test_wrong_totals_are_set_aside_and_stop_nothing(rig: Rig) -> None:
    shipment = rig.shipment(1, 6)
    rig.channel.send(shipment)
    if not rig.spoil():
        return
    told = answered_fully(rig, shipment)
    assert {key for key, _ in told} == set(keys_of(shipment))
    findings = rig.findings()
    assert findings
    assert all(finding.code and finding.hint for finding in findings)
    assert not any(key in str(finding) for finding in findings for key in keys_of(shipment))


def test_a_follow_up_brings_what_failed_and_nothing_else(rig: Rig) -> None:
    shipment = rig.shipment(1, 40)
    rig.channel.send(shipment)
    told = answered_fully(rig, shipment)
    failed = [key for (key, _), said in told.items() if said == {Outcome.FAILED}]
    if not failed:
        return
    follow_up = with_attempt(shipment, 2, failed, 2)
    rig.channel.send(follow_up)
    again = answered_fully(rig, follow_up)
    assert {attempt for key, attempt in again if key in failed} >= {2}
    assert max(rig.carried_out().values()) == 1


def test_asked_too_early_nothing_is_said_to_be_lost_and_done_twice(rig: Rig) -> None:
    shipment = rig.shipment(1, 20)
    rig.channel.send(shipment)
    rig.channel.ask(shipment, keys_of(shipment))
    told = answered_fully(rig, shipment)
    failed = [key for (key, _), said in told.items() if said == {Outcome.FAILED}]
    if failed:
        rig.channel.send(with_attempt(shipment, 2, failed, 2))
        rig.answer()
    assert max(rig.carried_out().values()) == 1
    assert not rig.findings()


def test_killed_at_any_point_nothing_is_half_there(rig: Rig) -> None:
    steps = steps_of(rig, rig.shipment(900, 6))
    assert steps >= 2
    tried = sorted({round(n * (steps - 1) / (KILLS - 1)) for n in range(KILLS)})
    for number, step in enumerate(tried, 1):
        shipment = rig.shipment(number, 6)
        assert killed_at(rig, shipment, step), f"step {step} was not reached"
        if number % 2:
            # The other side may have looked before anybody comes back.
            rig.answer()
        came = brought_outside(rig, shipment)
        told = answered_fully(rig, shipment, came)
        ours = {key: said for (key, _), said in told.items() if key in keys_of(shipment)}
        done = {key for key, said in ours.items() if said == {Outcome.DONE}}
        carried = {key: n for key, n in rig.carried_out().items() if key in keys_of(shipment)}
        assert carried == dict.fromkeys(done, 1), f"step {step}"
    assert not rig.findings()
