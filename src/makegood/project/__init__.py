"""The Django project: settings, addresses of pages, and how processes are got ready and run."""

from makegood.project.doctor import Check, State, examine
from makegood.project.keeping import Manifest, Restored, back_up, copy_master_key, restore
from makegood.project.preparing import bring_up_to_date, prepared
from makegood.project.rewrapping import (
    MASTER_KEY_SUBJECT,
    Rewrapped,
    keep_rewrapped,
    rewrapping_contents,
    wrapped_anew,
)
from makegood.project.supervisor import Event, Supervisor
from makegood.project.worker import run_worker

__all__ = [
    "MASTER_KEY_SUBJECT",
    "Check",
    "Event",
    "Manifest",
    "Restored",
    "Rewrapped",
    "State",
    "Supervisor",
    "back_up",
    "bring_up_to_date",
    "copy_master_key",
    "examine",
    "keep_rewrapped",
    "prepared",
    "restore",
    "rewrapping_contents",
    "run_worker",
    "wrapped_anew",
]
