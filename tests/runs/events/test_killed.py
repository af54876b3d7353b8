"""Whatever step a worker dies at, every event is told once.

Every third step is tried; ``MAKEGOOD_KILLS_EVERY=1`` tries each.
"""

import os
import signal
from collections import Counter
from datetime import timedelta

from django.db import connections

from makegood.channels.messages.fake import FakeAggregator
from makegood.runs import take_in, tell_events
from makegood.runs.rows import select
from tests.channels.children import CONTEXT, arm
from tests.redress.claims.relief import IN_TIME, EveryAccount, advanced, applied, at

_EVERY = int(os.environ.get("MAKEGOOD_KILLS_EVERY", "3"))


def _tell(environment, step, count):
    """What a child does: one round, in which it dies at a step."""
    os.environ.clear()
    os.environ.update(environment)
    from makegood.configuration import Settings
    from makegood.kernel import FixedClock
    from makegood.project import prepared
    from makegood.runs import tell_events
    from makegood.trust import clock

    settings = Settings.load()
    with prepared(settings, migrate=False), clock.use(FixedClock(IN_TIME)):
        arm(step, count)
        tell_events(settings)
    os._exit(0)


def _ended(environment, step):
    # It is held here until the child has opened it.
    count = CONTEXT.Value("i", 0)
    child = CONTEXT.Process(target=_tell, args=(environment, step, count))
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode == 0


def test_killed_at_every_step_each_event_is_told_once(database, settings, tmp_path):
    environment = {
        **os.environ,
        **database.environment,
        "MAKEGOOD_HOME": str(settings.home),
        "MAKEGOOD_SMS_SENDER": "1500",
    }
    aggregator = FakeAggregator(settings.exchange_folder / "sms", tmp_path / "books")
    lines = iter(f"M{number:04}" for number in range(40))
    connections.close_all()
    deaths, is_over = 0, False
    with at(IN_TIME):
        while not is_over:
            # New events now and then; every other time the aggregator has taken what is there.
            if deaths % 4 == 0 and (line := next(lines, None)):
                applied(line)
                advanced(EveryAccount())
            is_over = _ended(environment, deaths * _EVERY)
            if deaths % 2:
                aggregator.turn(IN_TIME)
            deaths += 1
    # What the aggregator was asked about waits for its answer.
    for minutes in (20, 40, 60):
        with at(IN_TIME + timedelta(minutes=minutes)):
            done = tell_events(settings)
            aggregator.turn(IN_TIME)
            take_in(settings)
    assert done.troubles == []
    told = Counter(
        text.rsplit(" ", 1)[0] for said in aggregator.delivered().values() for text in said
    )
    happened = select("SELECT count(*) FROM claims_event WHERE after IN ('submitted', 'approved')")
    assert set(told.values()) == {1}
    assert len(told) == happened[0][0] > deaths // 4 > 1
    assert select("SELECT DISTINCT state, open FROM events_batch") == [("sent", 0)]
