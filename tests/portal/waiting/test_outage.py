"""Processes are killed and the store goes away: nobody loses a place, and nobody gains one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from makegood.portal.waiting.values import Admitted, Limits, Pass, Waits
from tests.portal.waiting.people import BEGIN, Day, Visitor, empty_gate
from tests.store_fixture import Database

pytestmark = pytest.mark.usefixtures("database")
LIMITS = Limits(inside_max=1, admissions_a_minute=600)


@contextmanager
def store_away(database: Database) -> Iterator[None]:
    """Nobody reaches the database, and who was connected no longer is."""
    name = database.program.database
    with database.superuser.connect(autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')


def test_in_an_outage_who_is_inside_goes_on_and_others_come_in_the_order_of_arrival(
    database: Database,
):
    day = Day(LIMITS, processes=2)
    inside = Visitor(comes=0, stays=200)
    before = Visitor(comes=1, stays=20)
    day.comes(inside)
    day.comes(before)
    day.run(until=20)
    with store_away(database):
        meanwhile = [Visitor(comes=30 + number, stays=20) for number in range(3)]
        for one in meanwhile:
            day.comes(one)
        day.run(until=160)
        assert inside.entered == 0
        assert all(one.is_waiting for one in (before, *meanwhile))
    after = Visitor(comes=161, stays=20)
    day.comes(after)
    day.run(until=3600)

    entered = [one.entered or 0.0 for one in (inside, before, *meanwhile, after)]
    assert entered == sorted(entered)
    assert entered.count(0.0) == 1
    assert inside.left == 200


def test_a_process_that_knows_nothing_goes_on_with_everybody():
    day = Day(LIMITS)
    first, second = Visitor(comes=0, stays=40), Visitor(comes=1, stays=5)
    for one in (first, second):
        day.comes(one)
    for at in range(2, 60, 3):
        day.dies(at, 0)
    day.run(until=600)
    assert first.entered == 0
    assert second.entered is not None
    assert first.left is not None
    # That the first signed out was lost with the process: the place is free three minutes later.
    assert first.left < second.entered < first.left + 240


def test_a_store_that_was_put_back_from_a_copy_takes_the_tickets_as_they_are():
    """The copy is older than the tickets, and knows neither them nor who is inside."""
    day = Day(LIMITS)
    people = [Visitor(comes=number, stays=300) for number in range(4)]
    for one in people:
        day.comes(one)
    day.run(until=10)
    empty_gate()
    newcomer = Visitor(comes=80, stays=10)
    day.comes(newcomer)
    day.run(until=3600)
    entered = [one.entered or 0.0 for one in (*people, newcomer)]
    assert entered == sorted(entered)
    assert entered.count(0.0) == 1


def test_an_answer_that_was_lost_on_its_way_costs_nobody_the_place():
    day = Day(LIMITS)
    room = day.rooms[0]
    first = room.rule(None, "", BEGIN, submits=False)
    assert isinstance(first, Admitted)
    ticket = room.rule(None, "", BEGIN + timedelta(seconds=1), submits=False)
    assert isinstance(ticket, Waits)
    assert first.renewed
    room.note_left(first.renewed.number)
    later = BEGIN + timedelta(seconds=5)
    lost = room.rule(ticket.held, "", later, submits=False)
    again = room.rule(ticket.held, "", later + timedelta(seconds=3), submits=False)
    assert isinstance(lost, Admitted)
    assert isinstance(again, Admitted)
    assert lost.renewed
    assert again.renewed
    assert lost.renewed.number == again.renewed.number
    # Once it was used, the old ticket is good for nothing.
    room.rule(again.renewed, "", later + timedelta(seconds=6), submits=False)
    room.rule(again.renewed, "", later + timedelta(seconds=40), submits=False)
    used = room.rule(ticket.held, "", later + timedelta(seconds=42), submits=False)
    assert isinstance(used, Waits)
    assert isinstance(used.held, Pass)
    assert ticket.held
    assert used.held.number != ticket.held.number
