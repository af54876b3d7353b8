"""The Django project: settings, addresses of pages, and how processes are got ready and run."""

from makegood.project.doctor import Check, State, examine
from makegood.project.keeping import Manifest, Restored, back_up, copy_master_key, restore
from makegood.project.preparing import bring_up_to_date, prepared
from makegood.project.supervisor import Event, Supervisor
from makegood.project.worker import run_worker

__all__ = [
    "Check",
    "Event",
    "Manifest",
    "Restored",
    "State",
    "Supervisor",
    "back_up",
    "bring_up_to_date",
    "copy_master_key",
    "examine",
    "prepared",
    "restore",
    "run_worker",
]
