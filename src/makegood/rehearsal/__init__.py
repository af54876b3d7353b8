"""A whole programme on a virtual clock, with faults, compared with an oracle line by line."""

from makegood.rehearsal.demonstrating import (
    Demonstration,
    demonstration_in,
    make_demonstration,
    run_demonstration,
)
from makegood.rehearsal.levels import Faults
from makegood.rehearsal.rehearsing import Rehearsal, rehearse
from makegood.rehearsal.report import expect_report, write_report
from makegood.rehearsal.sample_staff import authenticator_code
from makegood.rehearsal.story import Check, Difference, Outcome

__all__ = [
    "Check",
    "Demonstration",
    "Difference",
    "Faults",
    "Outcome",
    "Rehearsal",
    "authenticator_code",
    "demonstration_in",
    "expect_report",
    "make_demonstration",
    "rehearse",
    "run_demonstration",
    "write_report",
]
