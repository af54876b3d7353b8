"""What every line must have in the end, by hand: SKT's promises of July 2025.

Written from what SKT announced, for rehearsals (`makegood rehearse`), and from nothing else: no
rule is read from ``programme.yaml`` and nothing of the program is imported. docs/rehearsal.md says
what a rehearsal asks of such a file.
"""

from datetime import date, datetime, timedelta

PROGRAMME = "skt-2025"

INCIDENT = date(2025, 4, 19)
WAIVER_CLOSES = date(2025, 7, 14)
OPENS = datetime(2025, 7, 15, 0, 0)  # noqa: DTZ001 - times of the programme's own zone
DATA_OPENS = datetime(2025, 8, 1, 0, 0)  # noqa: DTZ001
PAY_WITHIN = timedelta(days=7)

BASE_DAYS = {"contracted": date(2025, 4, 18), "customers": date(2025, 7, 14)}
BASED = {
    "penalty_waiver": "contracted",
    "august_discount": "customers",
    "data": "customers",
    "membership": "customers",
}

# The facts that each measure asks for: of the day, and of the base's day.
FACTS = {
    "penalty_waiver": (
        *("terminated_on", "terminated_by", "late_reason", "late_reason_ended_on", "rejoined_on"),
        *("line_kind", "contract_action", "contracted_on", "contract_months", "support"),
        *("subsidy_won", "monthly_discount_won", "suspended_days"),
    ),
    "august_discount": ("august_charges",),
    "data": ("status", "plan_kind"),
    "membership": ("status",),
}
BASE_FACTS = dict.fromkeys(BASED, ("status",))
# Of these alone ``in_scope`` can say that a line has nothing to do with a measure.
SCOPE_FACTS = {"penalty_waiver": ("terminated_on", "late_reason", "late_reason_ended_on")}

_MONTHS = ("2025-08", "2025-09", "2025-10", "2025-11", "2025-12")

# What comes by the calendar: kind, measure, period, the day whose facts decide.
OCCASIONS = (
    ("bill", "august_discount", "once", date(2025, 9, 1)),
    *(("grant", "data", month, date.fromisoformat(f"{month}-01")) for month in _MONTHS),
)


def in_scope(measure, now):  # noqa: ARG001 - it is asked about one measure only
    """Whether a line may have anything to do with a measure of SCOPE_FACTS."""
    return _inside(now) or _late(now)


def standing(measure, now, base, *, amended=False):
    """How a line stands in a measure: ``(word, amount)``."""
    if base["status"] == "terminated":
        return "not_in_scope", 0
    if measure == "penalty_waiver":
        return _waiver(now, up=amended)
    if measure == "august_discount":
        charges = now["august_charges"]
        return ("undetermined", 0) if charges is None else ("automatic", (charges + 1) // 2)
    if now["status"] == "terminated":
        return "excluded", 0
    if measure == "data":
        return ("on_application" if now["plan_kind"] == "guardian" else "automatic"), 50
    return "automatic", 0


def _waiver(now, *, up):
    inside = _inside(now)
    if not inside and not _late(now):
        return "not_in_scope", 0
    new, again = _new_contract(now), now["rejoined_on"]
    if new is True or (again is not None and again >= INCIDENT):
        return "excluded", 0
    if now["line_kind"] == "iot" or now["terminated_by"] == "operator":
        return "excluded", 0
    amount = penalty(now, up=up)
    if new is None or amount is None:
        return "undetermined", 0
    return ("on_application" if inside else "with_document"), amount


def _inside(now):
    left = now["terminated_on"]
    return left is not None and INCIDENT <= left <= WAIVER_CLOSES


def _late(now):
    left, ended = now["terminated_on"], now["late_reason_ended_on"]
    if left is None or left <= WAIVER_CLOSES or ended is None or now["late_reason"] is None:
        return False
    return ended <= left <= ended + timedelta(days=10)


def _new_contract(now):
    """Whether a contract was signed after the incident; None where nobody knows."""
    act, signed = now["contract_action"], now["contracted_on"]
    if act == "none" or (signed is not None and signed <= INCIDENT):
        return False
    return None if act is None or signed is None else True


def penalty(now, *, up=False):
    """Subsidy clawback or discount repayment in won; None where a fact is missing.

    Rounded down to the won; ``up`` is the rehearsed amendment, which rounds for the customer.
    """
    whole, parts = _fraction(now)
    if whole is None:
        return None
    return -(-whole // parts) if up else whole // parts


def _fraction(now):
    """The penalty as a fraction; ``(None, 1)`` where a fact is missing."""
    months, signed, left = now["contract_months"], now["contracted_on"], now["terminated_on"]
    if now["support"] == "none" or months == 0:
        return 0, 1
    if signed is None:
        return None, 1
    if now["support"] == "device_subsidy":
        subsidy, whole = now["subsidy_won"], 365 if months <= 12 else 730
        used = max(0, (left - signed).days + 1 - now["suspended_days"])
        if subsidy is None or used <= 180:
            return subsidy, 1
        return subsidy * max(0, whole - used), whole - 180
    discount, free = now["monthly_discount_won"], 3 if months <= 12 else 6
    if discount is None:
        return None, 1
    used = min(months, _begun_months(signed, left))
    if used <= free:
        return discount * used, 1
    return discount * used * (months - used), max(1, months - free)


def _begun_months(signed, left):
    """Months of the contract that have begun; one signed on 31 May has its next on 30 June."""
    if left < signed:
        return 0
    begun = 1
    while _later(signed, begun) <= left:
        begun += 1
    return begun


def _later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


def is_open(measure, at, *, late=False):  # noqa: ARG001 - no closing date was published
    """Whether an application of this moment is taken."""
    return at >= (DATA_OPENS if measure == "data" else OPENS)


def other_name(measure, now):  # noqa: ARG001 - nothing was published of it
    """Whether it may be paid to an account in another name, which a document explains."""
    return False


def pay_day(measure, applied_on, approved_on, now, *, late):  # noqa: ARG001 - nobody is late: it never closes
    """The day on which an approved application is paid."""
    return max(applied_on + PAY_WITHIN, approved_on)


def brings(kind, measure, word, amount, *, applied):  # noqa: ARG001 - measures do not differ in it
    """What an occasion brings a line that stands so: a quantity or an amount; None for nothing."""
    if word == "automatic" or (word == "on_application" and applied):
        return amount or None
    return None
