"""Nobody is reminded who has applied by the moment at which the message leaves."""

from dataclasses import fields

import pyarrow.parquet as pq
import pytest

from makegood.channels import ChannelName, NotSent, Outcome
from makegood.kernel import Finding
from makegood.redress.claims import Claim
from makegood.redress.claims.reading import COLUMNS
from makegood.runs import (
    RunKind,
    RunState,
    ShardState,
    close_finished,
    run_of,
    send_due,
    take_in,
)
from makegood.runs.folders import folder_of, leaving_file
from makegood.runs.reminding import applied_of
from makegood.runs.rows import execute, shards_of
from makegood.trust import clock
from tests.runs.execution.hand_made import PROGRAMME, hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.trust.access.visitors import later

PERIOD = "reminder 2026-02-01T09:00"


@pytest.fixture
def outside():
    return Outside(ChannelName.SMS)


def reminders(settings, lines=range(1, 9)):
    return hand_made(
        settings, lines, kind=RunKind.REMINDER, measure="waiver", period=PERIOD, shard_items=4
    )


def apply_for(number, state="submitted"):
    """A claim of this line, put in as it stands."""
    from uuid import uuid4

    texts = {
        "claim_id": uuid4(),
        "receipt_number": f"R{number:011d}",
        "key": key_of(number, "waiver"),
        "programme": PROGRAMME,
        "measure": "waiver",
        "line_id": f"L{number:05d}",
        "state": state,
        "submitted_at": clock.now(),
        "check_after": None,
        "attempt": 1,
        "changes": 1,
    }
    plain: dict[str, object] = {"str": "", "int": 0, "bool": False}
    given = {each.name: plain.get(str(each.type)) for each in fields(Claim)}
    given |= {"reason": "", "waits_for": "", **texts}
    marks = ", ".join(["%s"] * len(COLUMNS))
    execute(
        f"INSERT INTO claims_claim ({', '.join(COLUMNS)}) VALUES ({marks})",
        [given[name] for name in COLUMNS],
    )


def reminded(outside):
    return sorted(key for key, _ in outside.items)


def keys(*numbers):
    return sorted(key_of(number, "waiver", PERIOD) for number in numbers)


def test_who_has_applied_since_is_not_reminded_and_the_run_ends(settings, outside):
    run = reminders(settings)
    apply_for(2)
    apply_for(5)
    apply_for(6, state="withdrawn")
    assert send_due(settings, "worker-1", channels=outside).sent == 2
    assert reminded(outside) == keys(1, 3, 4, 6, 7, 8)
    assert [shipment.count for shipment in outside.taken_messages.values()] == [3, 3]
    outside.answer_all(Outcome.DONE)
    take_in(settings, channels=outside)
    close_finished()
    found = run_of(run.run_id)
    assert (found.state, found.done, found.failed, found.unknown) == (RunState.CLOSED, 8, 0, 0)
    assert applied_of(found, tuple(shards_of(run.run_id))) == 2
    assert take_in(settings, channels=outside).sources == 0


def test_a_message_that_may_be_outside_is_sent_again_with_the_same_bytes(settings, outside):
    def broken(_shipment):
        raise RuntimeError

    run = reminders(settings, range(1, 5))
    apply_for(2)
    outside.before = broken
    assert send_due(settings, "worker-1", channels=outside).sent == 0
    first = leaving_file(folder_of(settings, run.run_id), 1).read_bytes()
    # Applied after the first try: what may be outside stays what it was.
    apply_for(3)
    outside.before = lambda _shipment: None
    with later(hours=1):
        send_due(settings, "worker-2", channels=outside)
        send_due(settings, "worker-2", channels=outside)
    assert reminded(outside) == keys(1, 3, 4)
    assert leaving_file(folder_of(settings, run.run_id), 1).read_bytes() == first


def test_what_surely_did_not_leave_is_looked_over_anew(settings, outside):
    def closed(_shipment):
        raise NotSent(Finding("MG820", "not now", "later"))

    reminders(settings, range(1, 5))
    outside.before = closed
    send_due(settings, "worker-1", channels=outside)
    apply_for(3)
    outside.before = lambda _shipment: None
    with later(hours=1):
        send_due(settings, "worker-1", channels=outside)
    assert reminded(outside) == keys(1, 2, 4)


def test_where_everybody_has_applied_nothing_leaves(settings, outside):
    run = reminders(settings, range(1, 4))
    for number in (1, 2, 3):
        apply_for(number)
    assert send_due(settings, "worker-1", channels=outside).sent == 1
    assert not outside.taken_messages
    take_in(settings, channels=outside)
    close_finished()
    assert [shard.state for shard in shards_of(run.run_id)] == [ShardState.ANSWERED]
    assert run_of(run.run_id).state is RunState.CLOSED


def test_what_leaves_is_some_of_the_items_and_nothing_else(settings, outside):
    def broken(_shipment):
        raise RuntimeError

    run = reminders(settings, range(1, 5))
    outside.before = broken
    send_due(settings, "worker-1", channels=outside)
    path = leaving_file(folder_of(settings, run.run_id), 1)
    table = pq.read_table(path)
    place = table.column_names.index("customer_id")
    import pyarrow as pa

    forged = table.set_column(place, table.field("customer_id"), pa.array(["C9"] * table.num_rows))
    pq.write_table(forged, path)
    outside.before = lambda _shipment: None
    with later(hours=1):
        found = send_due(settings, "worker-2", channels=outside)
    assert not outside.items
    assert any("MG873" in words for words in found.troubles)
