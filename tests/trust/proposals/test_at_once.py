"""One approval, many at once."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from makegood.trust.proposals import State, approve, proposal_of
from tests.trust.proposals.hands import BEN, proposed

ROOT = Path(__file__).parents[3]
AT_ONCE = 20


@pytest.mark.usefixtures("hand")
def test_of_twenty_processes_exactly_one_uses_an_approval(database, hand):
    made = proposed()
    approve(made.proposal_id, by=BEN)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.trust.proposals.redeem_at_once",
            str(AT_ONCE),
            hand.now().isoformat(),
        ],
        cwd=ROOT,
        env=database.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Counter(done.stdout.split()) == {"used": 1, "MG769": AT_ONCE - 1}
    assert proposal_of(made.proposal_id).state is State.USED
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE kind = 'proposal.redeemed'")
        assert cursor.fetchone() == (1,)
