"""What every room shares: money, days, clocks, findings. No input or output here."""

from makegood.kernel.clock import Clock, FixedClock, ShiftedClock, SystemClock
from makegood.kernel.days import age_on, day_number, day_of, months_between, plus_months
from makegood.kernel.errors import Finding, MakegoodError, Place, Severity, did_you_mean
from makegood.kernel.interrupting import uninterrupted
from makegood.kernel.money import Currency, Rounding, divide
from makegood.kernel.once import KEY_LETTERS, ONCE, pay_once_key, pay_once_key_sql
from makegood.kernel.personal import is_pseudonym, looks_personal, masked_text
from makegood.kernel.progress import Progress, silent
from makegood.kernel.readable import new_readable_number, read_readable_number

__all__ = [
    "KEY_LETTERS",
    "ONCE",
    "Clock",
    "Currency",
    "Finding",
    "FixedClock",
    "MakegoodError",
    "Place",
    "Progress",
    "Rounding",
    "Severity",
    "ShiftedClock",
    "SystemClock",
    "age_on",
    "day_number",
    "day_of",
    "did_you_mean",
    "divide",
    "is_pseudonym",
    "looks_personal",
    "masked_text",
    "months_between",
    "new_readable_number",
    "pay_once_key",
    "pay_once_key_sql",
    "plus_months",
    "read_readable_number",
    "silent",
    "uninterrupted",
]
