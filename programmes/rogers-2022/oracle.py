"""What every line must have in the end, by hand: Rogers' credit of July 2022.

Written from what Rogers announced, for rehearsals (`makegood rehearse`), and from nothing else: no
rule is read from ``programme.yaml`` and nothing of the program is imported. docs/rehearsal.md says
what a rehearsal asks of such a file.
"""

from datetime import date

PROGRAMME = "rogers-2022"

BASE_DAYS = {"customers": date(2022, 7, 8)}
BASED = {"service_credit": "customers"}

# The facts that each measure asks for: of the day, and of the base's day.
FACTS = {"service_credit": ("monthly_fee",)}
BASE_FACTS = {"service_credit": ("status",)}
SCOPE_FACTS = {}

# What comes by the calendar: kind, measure, period, the day whose facts decide.
OCCASIONS = (("bill", "service_credit", "once", date(2022, 8, 1)),)


def standing(measure, now, base, *, amended=False):  # noqa: ARG001
    """How a line stands in a measure: ``(word, amount)``, in cents."""
    if base["status"] == "terminated":
        return "not_in_scope", 0
    fee = now["monthly_fee"]
    if fee is None:
        return "undetermined", 0
    # Five of July's 31 days, up to the cent.
    return "automatic", -(-fee * 5 // 31)


def brings(kind, measure, word, amount, *, applied):  # noqa: ARG001
    """What an occasion brings a line that stands so: an amount; None where it brings nothing."""
    return amount or None if word == "automatic" else None


def is_open(measure, at, *, late=False):  # noqa: ARG001
    """Nobody applies: the credit comes by itself."""
    return False


def other_name(measure, now):  # noqa: ARG001
    """Nothing is paid to an account: see ``is_open``."""
    return False


def pay_day(measure, applied_on, approved_on, now, *, late):  # noqa: ARG001
    """Nothing is paid out: see ``is_open``."""
    raise ValueError(measure)
