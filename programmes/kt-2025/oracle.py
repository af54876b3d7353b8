"""What every line must have in the end, by hand: KT's programme of 30 December 2025.

Written from what KT announced, for rehearsals (`makegood rehearse`), and from nothing else: no rule
is read from ``programme.yaml`` and nothing of the program is imported. Where the two differ, one of
them is wrong. docs/rehearsal.md says what a rehearsal asks of such a file.
"""

from datetime import date, datetime, timedelta

PROGRAMME = "kt-2025"

INCIDENT = date(2025, 9, 1)
WAIVER_CLOSES = date(2026, 1, 13)
RULE_CHANGED = date(2018, 9, 1)
PLAIN_UNTIL = date(2017, 10, 1)
OPENS = datetime(2026, 1, 14, 9, 0)  # noqa: DTZ001 - times of the programme's own zone
CLOSES = datetime(2026, 1, 31, 22, 0)  # noqa: DTZ001
PAY_TABLE = (
    (date(2026, 1, 18), date(2026, 1, 22)),
    (date(2026, 1, 25), date(2026, 2, 5)),
    (date(2026, 1, 31), date(2026, 2, 19)),
)
COVER_OPENS = datetime(2026, 2, 1, 9, 0)  # noqa: DTZ001

BASE_DAYS = {"customers": WAIVER_CLOSES}
BASED = dict.fromkeys(("data", "roaming", "streaming_pass", "membership", "cover"), "customers")

# The facts that each measure asks for: of the day, and of the base's day.
FACTS = {
    "penalty_waiver": (
        *("terminated_on", "terminated_by", "late_reason", "late_reason_ended_on"),
        *("brand", "line_kind", "contract_action", "contracted_on", "contract_months"),
        *("support", "subsidy_won", "monthly_discount_won", "suspended_days"),
    ),
    "data": ("terminated_on", "status", "line_kind", "payment"),
    "roaming": ("terminated_on", "status"),
    "streaming_pass": ("terminated_on", "status", "line_kind"),
    "membership": ("terminated_on", "status"),
    "cover": ("terminated_on", "holder", "holder_age"),
}
BASE_FACTS = dict.fromkeys(BASED, ("terminated_on",))
# Of these alone ``in_scope`` can say that a line has nothing to do with a measure.
SCOPE_FACTS = {"penalty_waiver": ("terminated_on", "late_reason", "late_reason_ended_on")}

_MONTHS = ("2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07")
_COVER_MONTHS = (*_MONTHS, "2026-08", "2026-09")
_REMINDERS = (
    datetime(2026, 1, 19, 10, 0),  # noqa: DTZ001
    datetime(2026, 1, 24, 10, 0),  # noqa: DTZ001
    datetime(2026, 1, 29, 10, 0),  # noqa: DTZ001
)

# What comes by the calendar: kind, measure, period, the day whose facts decide.
OCCASIONS = (
    ("notice", "penalty_waiver", "notice 2025-12-31T10:00", date(2025, 12, 31)),
    *(
        ("reminder", "penalty_waiver", f"reminder {at:%Y-%m-%dT%H:%M}", at.date())
        for at in _REMINDERS
    ),
    *(("grant", "data", month, date.fromisoformat(f"{month}-01")) for month in _MONTHS),
    ("uplift_start", "roaming", "start", date(2026, 1, 14)),
    ("uplift_end", "roaming", "end", date(2026, 9, 1)),
    *(("cover", "cover", "once", date.fromisoformat(f"{month}-01")) for month in _COVER_MONTHS),
)


def in_scope(measure, now):  # noqa: ARG001 - it is asked about one measure only
    """Whether a line may have anything to do with a measure of SCOPE_FACTS."""
    return _inside(now) or _late(now)


def standing(measure, now, base, *, amended=False):
    """How a line stands in a measure: ``(word, amount)``; an amount, or a quantity, or 0.

    The words are automatic, on_application, with_document, excluded, undetermined, not_in_scope.
    ``now`` are the facts of the day that is asked about, ``base`` those of 13 January.
    """
    if measure == "penalty_waiver":
        return _waiver(now, amended=amended)
    left = base["terminated_on"]
    if left is not None and left <= WAIVER_CLOSES:
        return "not_in_scope", 0
    if now["terminated_on"] is not None:
        return "excluded", 0
    if measure == "cover":
        return _cover(now)
    if now["status"] == "suspended":
        return "excluded", 0
    if measure in ("data", "streaming_pass") and now["line_kind"] == "iot":
        return "excluded", 0
    if measure == "data" and now["payment"] == "prepaid":
        return "excluded", 0
    return "automatic", 100 if measure == "data" else 50 if measure == "roaming" else 0


def _cover(now):
    if now["holder"] != "corporation" and now["holder_age"] is None:
        return "undetermined", 0
    if now["holder"] != "corporation" and now["holder_age"] >= 65:
        return "automatic", 0
    return "on_application", 0


def _waiver(now, *, amended):
    inside = _inside(now)
    if not inside and not _late(now):
        return "not_in_scope", 0
    new = _new_contract(now)
    if new is True or now["brand"] == "mvno" or now["line_kind"] == "iot":
        return "excluded", 0
    if now["terminated_by"] == "operator":
        return "excluded", 0
    amount = penalty(now, up=amended)
    if new is None or amount is None:
        return "undetermined", 0
    return ("on_application" if inside else "with_document"), amount


def _inside(now):
    left = now["terminated_on"]
    return left is not None and INCIDENT <= left <= WAIVER_CLOSES


def _late(now):
    left, ended = now["terminated_on"], now["late_reason_ended_on"]
    if left is None or left <= WAIVER_CLOSES or ended is None:
        return False
    if now["late_reason"] not in ("military_service", "abroad"):
        return False
    return ended <= left <= ended + timedelta(days=14)


def _new_contract(now):
    """Whether a contract was signed after the incident; None where nobody knows."""
    act, signed = now["contract_action"], now["contracted_on"]
    if act == "none" or (signed is not None and signed < INCIDENT):
        return False
    return None if act is None or signed is None else True


# --- The penalty, as KT's terms have it -----------------------------------------------------------


def penalty(now, *, up=False):
    """Subsidy clawback and discount repayment in won; None where a fact is missing.

    Rounded down to the won; ``up`` is the rehearsed amendment, which rounds for the customer.
    """
    months = now["contract_months"]
    if now["support"] == "none" or months == 0:
        return 0
    whole, parts = _fraction(now, months)
    if whole is None:
        return None
    return -(-whole // parts) if up else whole // parts


def _fraction(now, months):
    """The penalty as a fraction; ``(None, 1)`` where a fact is missing."""
    signed, left = now["contracted_on"], now["terminated_on"]
    if signed is None:
        return None, 1
    if now["support"] == "device_subsidy":
        return _clawback(signed, left, months, now)
    return _repayment(signed, left, months, now["monthly_discount_won"])


def _clawback(signed, left, months, now):
    used = max(0, (left - signed).days + 1 - now["suspended_days"])
    if used > (_later(signed, months) - signed).days:
        return 0, 1
    subsidy = now["subsidy_won"]
    if subsidy is None:
        return None, 1
    whole = 365 if months <= 12 else 730
    rest = max(0, whole - used)
    if signed < PLAIN_UNTIL:
        return subsidy * rest, whole
    return (subsidy, 1) if used <= 180 else (subsidy * rest, whole - 180)


def _repayment(signed, left, months, discount):
    used = _begun_months(signed, left)
    if used > months:
        return 0, 1
    if discount is None:
        return None, 1
    if signed < RULE_CHANGED:
        return discount * _banded(used, short=months <= 12), 100
    free = 3 if months <= 12 else 6
    received = discount * used
    if used <= free:
        return received, 1
    return received * (months - used), max(1, months - free)


def _banded(used, *, short):
    rates = [100] * 3 + [50] * 6 + [0] * 3
    if not short:
        rates = [100] * 6 + [60] * 6 + [35] * 4 + [-15] * 4 + [-40] * 4
    return sum(rates[:used])


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


# --- What comes by applying -----------------------------------------------------------------------


def is_open(measure, at, *, late=False):
    """Whether an application of this moment is taken; the late window has no published end."""
    if measure == "cover":
        return at >= COVER_OPENS
    return at >= OPENS and (late or at < CLOSES)


def other_name(measure, now):
    """Whether it may go to an account in another name: of minors and companies, by document."""
    return measure == "penalty_waiver" and now["holder"] in ("minor", "corporation")


def pay_day(measure, applied_on, approved_on, now, *, late):  # noqa: ARG001 - one is paid by days
    """The day on which an approved application is paid, once the termination has been settled."""
    earliest = max(approved_on, now["terminated_on"] + timedelta(days=7))
    if late:
        return max(approved_on + timedelta(days=14), earliest)
    days = [paid for through, paid in PAY_TABLE if applied_on <= through]
    return next((paid for paid in days if paid >= earliest), earliest)


def brings(kind, measure, word, amount, *, applied):  # noqa: ARG001 - measures do not differ in it
    """What an occasion brings a line that stands so: a quantity or an amount; None for nothing.

    ``applied`` is whether the line had applied, or chosen, before that moment.
    """
    if kind == "notice":
        return 0 if word in ("automatic", "on_application", "with_document") else None
    if kind == "reminder":
        return 0 if word == "on_application" and not applied else None
    if word == "automatic" or (word == "on_application" and applied):
        return amount
    return None
