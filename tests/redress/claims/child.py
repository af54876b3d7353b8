"""A process that forks a worker for each seed it reads, to be killed: ``python -m`` this module."""

import os
import random
import sys
from datetime import timedelta

LINES = [f"M{number:04}" for number in range(20)]


def work(seed: int) -> None:
    """Apply, withdraw, correct and check without end."""
    from makegood.kernel import MakegoodError
    from makegood.redress.claims import claims, correct_account, object_to, withdraw
    from tests.redress.claims.relief import (
        ANYBODY,
        IN_TIME,
        EveryAccount,
        advanced,
        applied,
        at,
        call_centre,
        number_of,
    )

    draw = random.Random(seed)
    with at(IN_TIME + seed * timedelta(minutes=3)):
        while True:
            line = draw.choice(LINES)
            known = claims(line_id=line, limit=1)
            try:
                match draw.randrange(6):
                    case 0 if known:
                        withdraw(call_centre(), known[0].receipt_number)
                    case 1 if known:
                        wrong = draw.random() < 0.5
                        number = "1231231234" if wrong else number_of(line)
                        receipt = known[0].receipt_number
                        correct_account(call_centre(), receipt, "004", number, ANYBODY)
                    case 2 if known:
                        object_to(call_centre(), known[0].receipt_number, "it is mine")
                    case 3:
                        advanced(EveryAccount())
                    case _:
                        applied(line)
            except MakegoodError as error:
                if error.findings[0].code not in {"MG845", "MG851"}:
                    raise


def main() -> None:
    from makegood.project import prepared

    with prepared(migrate=False):
        from django.db import connections

        from makegood.redress.serving import decision_of
        from makegood.trust.access import policies
        from makegood.trust.vault import check_keys
        from tests.redress.claims.relief import NAME

        # What every worker needs is made ready once, before forking.
        decision_of(NAME, LINES[0])
        policies()
        check_keys()
        connections.close_all()
        for line in sys.stdin:
            child = os.fork()
            if child == 0:
                try:
                    work(int(line))
                finally:
                    os._exit(3)
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
            _, status = os.waitpid(child, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
