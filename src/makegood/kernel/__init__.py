"""Values that every room shares: money, days, clocks, findings. No input or output here."""

from makegood.kernel.clock import Clock, FixedClock, SystemClock
from makegood.kernel.days import age_on, day_number, day_of, months_between, plus_months
from makegood.kernel.errors import Finding, MakegoodError, Place, Severity, did_you_mean
from makegood.kernel.money import Currency, Rounding, divide
from makegood.kernel.progress import Progress, silent

__all__ = [
    "Clock",
    "Currency",
    "Finding",
    "FixedClock",
    "MakegoodError",
    "Place",
    "Progress",
    "Rounding",
    "Severity",
    "SystemClock",
    "age_on",
    "day_number",
    "day_of",
    "did_you_mean",
    "divide",
    "months_between",
    "plus_months",
    "silent",
]
