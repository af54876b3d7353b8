"""Many processes redeem one approval at the same instant; each prints what came of it.

Started by test_at_once.py with the number of processes and the instant of the test's clock.
"""

import os
import sys
from datetime import datetime
from multiprocessing import get_context

from makegood.kernel import FixedClock, MakegoodError
from makegood.project import prepared
from makegood.trust import clock


def redeem_once(barrier, instant):
    from django.db import transaction

    from makegood.trust.proposals import redeem
    from tests.trust.proposals.hands import HASH, RUN

    with clock.use(FixedClock(instant)):
        barrier.wait(timeout=60)
        try:
            with transaction.atomic():
                redeem(RUN, "run:2026-02", HASH, by=f"system:{os.getpid()}")
        except MakegoodError as error:
            return error.findings[0].code
        return "used"


def work(barrier, instant, answers):
    answers.put(redeem_once(barrier, instant))


def main(count, instant):
    context = get_context("fork")
    with prepared(migrate=False):
        from django.db import connections

        connections.close_all()
        barrier, answers = context.Barrier(count), context.SimpleQueue()
        processes = [
            context.Process(target=work, args=(barrier, instant, answers)) for _ in range(count)
        ]
        for process in processes:
            process.start()
        told = [answers.get() for _ in processes]
        for process in processes:
            process.join()
    sys.stdout.write(" ".join(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
