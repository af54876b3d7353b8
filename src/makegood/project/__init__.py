"""The Django project: settings, addresses of pages, and how processes are got ready and run."""

from makegood.project.preparing import bring_up_to_date, prepared
from makegood.project.supervisor import Event, Supervisor
from makegood.project.worker import run_worker

__all__ = ["Event", "Supervisor", "bring_up_to_date", "prepared", "run_worker"]
