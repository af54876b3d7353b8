"""A run in which something does not agree is stopped: nothing more of it leaves."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.runs.rows import execute
from makegood.runs.states import RunState
from makegood.trust.audit import Record, append

SYSTEM = "system:worker"
_STOP = """
UPDATE runs_run SET state = %s, finding = %s
WHERE run_id = %s AND state NOT IN ('stopped', 'cancelled')
"""


def stop(run_id: UUID, error: MakegoodError) -> None:
    """Stop a run, with its findings in the row and in the log, in a transaction of its own.

    A closed one stops being closed; again is harmless.
    """
    told = "; ".join(f"{finding.code} {finding.message}" for finding in error.findings)
    with transaction.atomic():
        if execute(_STOP, [RunState.STOPPED.value, told, run_id]):
            append(
                Record(
                    "run.stopped",
                    SYSTEM,
                    f"run:{run_id}",
                    details={"codes": [finding.code for finding in error.findings]},
                )
            )
