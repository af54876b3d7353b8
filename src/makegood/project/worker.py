"""The worker: takes jobs from the queue, and does the duties."""

from __future__ import annotations

from makegood.configuration import Settings
from makegood.project.duties import Duties
from makegood.project.preparing import (
    expect_approved_policies,
    expect_master_key,
    expect_up_to_date,
    prepared,
)

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 30.0


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; the job at work is finished first.

    Raises MakegoodError MG700 to MG709.
    """
    with prepared(settings, migrate=False):
        expect_up_to_date()
        expect_approved_policies()
        expect_master_key(settings)
        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.django_connector import DjangoConnector

        from makegood.project.tasks import DUTIES, OUTSIDE_DUTIES

        threads = (Duties(DUTIES), Duties(OUTSIDE_DUTIES))
        connector = DjangoConnector(alias="default").get_worker_connector()
        with app.replace_connector(connector) as at_work:
            for duties in threads:
                duties.start()
            try:
                at_work.run_worker(
                    name="makegood",
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                )
            finally:
                for duties in threads:
                    duties.stop()
