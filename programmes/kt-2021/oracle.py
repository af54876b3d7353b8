"""What every line must have in the end, by hand: KT's compensation of October 2021.

Written from what KT announced, for rehearsals (`makegood rehearse`), and from nothing else: no rule
is read from ``programme.yaml`` and nothing of the program is imported. docs/rehearsal.md says what
a rehearsal asks of such a file.
"""

from datetime import date

PROGRAMME = "kt-2021"

BASE_DAYS = {"customers": date(2021, 10, 25)}
BASED = {"fifteen_hours": "customers", "ten_days": "customers"}

# The facts that each measure asks for: of the day, and of the base's day.
FACTS = dict.fromkeys(BASED, ("holder", "monthly_fee"))
BASE_FACTS = dict.fromkeys(BASED, ("status",))
SCOPE_FACTS = {}

# What comes by the calendar: kind, measure, period, the day whose facts decide.
OCCASIONS = tuple(("bill", measure, "once", date(2021, 11, 1)) for measure in BASED)

_FOR = {"fifteen_hours": ("individual", "company"), "ten_days": ("small_business",)}


def in_scope(measure, now):  # noqa: ARG001 - no measure is asked about by few facts
    """Any line may have to do with it."""
    return True


def standing(measure, now, base, *, amended=False):  # noqa: ARG001 - an amendment changes no rule
    """How a line stands in a measure: ``(word, amount)``, in won."""
    holder, fee = now["holder"], now["monthly_fee"]
    if base["status"] == "terminated" or (holder is not None and holder not in _FOR[measure]):
        return "not_in_scope", 0
    if holder is None or fee is None:
        return "undetermined", 0
    # October has 31 days of 24 hours; up to the won.
    hours = 15 if measure == "fifteen_hours" else 240
    return "automatic", -(-fee * hours // 744)


def brings(kind, measure, word, amount, *, applied):  # noqa: ARG001
    """What an occasion brings a line that stands so: an amount; None where it brings nothing."""
    return amount or None if word == "automatic" else None


def is_open(measure, at, *, late=False):  # noqa: ARG001
    """Nobody applies: it comes by itself."""
    return False


def other_name(measure, now):  # noqa: ARG001
    """Nothing is paid to an account: see ``is_open``."""
    return False


def pay_day(measure, applied_on, approved_on, now, *, late):  # noqa: ARG001
    """Nothing is paid out: see ``is_open``."""
    raise ValueError(measure)
