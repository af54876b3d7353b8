"""A whole programme on a virtual clock, with faults, compared with an oracle line by line."""

from makegood.rehearsal.levels import Faults
from makegood.rehearsal.rehearsing import Rehearsal, rehearse
from makegood.rehearsal.report import write_report
from makegood.rehearsal.story import Check, Difference, Outcome

__all__ = [
    "Check",
    "Difference",
    "Faults",
    "Outcome",
    "Rehearsal",
    "rehearse",
    "write_report",
]
