"""No fault about one message is another's, and none lets a message leave twice."""

from datetime import timedelta

import pytest

from makegood.runs import tell_events
from makegood.runs.events import batching, rows
from makegood.runs.rows import select
from tests.redress.claims.relief import IN_TIME, EveryAccount, advanced, applied, at


def states():
    return [row[0] for row in select("SELECT state FROM events_batch ORDER BY made_at, kind")]


@pytest.fixture
def broken(monkeypatch):
    """A mistake of the program about messages that say that something was received."""
    whole = rows.shipment_of

    def breaks(settings, batch):
        if batch.kind.value == "received":
            raise ArithmeticError("a secret of somebody")
        return whole(settings, batch)

    monkeypatch.setattr("makegood.runs.events.leaving.shipment_of", breaks)
    return monkeypatch


def test_a_fault_about_one_message_keeps_no_other_back(settings, broken):
    with at(IN_TIME):
        applied("L0001")
        advanced(EveryAccount())
        done = tell_events(settings)
        assert (done.events, done.sent) == (2, 1)
        [words] = done.troubles
        assert words.startswith("message ev-")
        assert "(received): a fault of the program" in words
    broken.undo()
    with at(IN_TIME + timedelta(minutes=20)):
        assert tell_events(settings).sent == 1


def test_what_is_batched_leaves_though_no_new_batch_can_be_made(settings, monkeypatch):
    with at(IN_TIME):
        applied("L0001")
        batching.make_batches(settings)

        def breaks(*_):
            raise ArithmeticError

        monkeypatch.setattr("makegood.runs.events.batching.happened", breaks)
        done = tell_events(settings)
    assert (done.events, done.sent) == (0, 1)
    assert done.troubles[0].startswith("messages about events: a fault of the program")


@pytest.mark.usefixtures("aggregator")
def test_a_message_that_may_be_outside_stays_so_while_its_channel_is_not_set_up(settings):
    """Else it would be sent again without the other side having been asked."""
    with at(IN_TIME):
        applied("L0001")
        tell_events(settings)
        select("UPDATE events_batch SET state = 'sending', sent_at = NULL RETURNING 1")
        off = settings.model_copy(update={"sms_sender": ""})
        assert "MG820" in tell_events(off).troubles[0]
        assert states() == ["sending"]
    with at(IN_TIME + timedelta(minutes=20)):
        tell_events(settings)
    assert states() == ["sent"]
