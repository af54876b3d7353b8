"""The ledger as tables: by measure against the budget, and day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from makegood.kernel import Rounding, divide
from makegood.ledger import ACCOUNT_WORDS, OWED, Account, Balance, amount_in
from makegood.operations.chosen import Chosen
from makegood.operations.frame import language
from makegood.operations.parts import Figures, Period, Shown, Value

SHOWN = (
    *(Account.PAID, Account.APPROVED, Account.CLAIMED, Account.RETURNED),
    *(Account.PROMISED, Account.RELEASED),
)
"""The accounts in the order in which they are drawn one upon the other."""

DAYS_MAX = 400
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Days:
    """What stood in each account at the end of each day, of one measure or of all."""

    days: tuple[date, ...]
    amounts: Mapping[Account, tuple[int, ...]]


def by_day(movements: Sequence[tuple[date, Balance]], period: Period, measure: str = "") -> Days:
    """The balances at the end of every day of a period; the last 400 days of it at most."""
    since = max(period.since, period.until - timedelta(days=DAYS_MAX - 1))
    days = tuple(since + timedelta(days=n) for n in range((period.until - since).days + 1))
    moved: defaultdict[tuple[date, Account], int] = defaultdict(int)
    for day, balance in movements:
        if measure in {"", balance.measure} and day <= period.until:
            moved[max(day, since), balance.account] += balance.amount
    amounts = {}
    for account in SHOWN:
        standing, row = 0, []
        for day in days:
            standing += moved[day, account]
            row.append(standing)
        amounts[account] = tuple(row)
    return Days(days, amounts)


def words_of(account: Account) -> str:
    """What an account is called."""
    return ACCOUNT_WORDS[account][language()]


def ledger_figures(found: Chosen, balances: Sequence[Balance]) -> Figures:
    """Every measure with its accounts, what is owed, and the budget."""
    names = dict.fromkeys([*found.programme.measures, *(each.measure for each in balances)])
    rows = [
        _row(found, found.measure(name), _budget(found, name), _amounts(balances, name))
        for name in names
        if _budget(found, name) is not None or any(_amounts(balances, name).values())
    ]
    whole = found.programme.section.budget
    if len(rows) > 1 or whole is not None:
        budgets = [_budget(found, name) for name in found.programme.measures]
        given = [each for each in budgets if each is not None]
        budget = whole if whole is not None else (sum(given) if given else None)
        rows.append(_row(found, _("All measures"), budget, _amounts(balances)))
    columns = (
        *(_("Measure"), _("Budget")),
        *(words_of(account) for account in Account if account is not Account.BUDGET),
        *(_("Owed"), _("Of the budget")),
    )
    return Figures("ledger", _("Money by measure"), columns, tuple(rows))


def day_figures(found: Chosen, days: Days) -> Figures:
    """What stood in each account at the end of each day, the newest first."""
    columns = (_("Day"), *(words_of(account) for account in SHOWN))
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (day, *(_money(found, days.amounts[account][place]) for account in SHOWN))
        for place, day in reversed(list(enumerate(days.days)))
    )
    return Figures("ledger-by-day", _("Money at the end of each day"), columns, rows)


def _budget(found: Chosen, name: str) -> int | None:
    measure = found.programme.measures.get(name)
    return measure.section.budget if measure else None


def _amounts(balances: Sequence[Balance], name: str = "") -> dict[Account, int]:
    return {account: amount_in(balances, account, name) for account in Account}


def _row(
    found: Chosen, words: str, budget: int | None, amounts: Mapping[Account, int]
) -> tuple[str | Shown | None, ...]:
    owed = sum(amounts[account] for account in OWED)
    used = owed + amounts[Account.PAID]
    return (
        words,
        _money(found, budget) if budget is not None else None,
        *(_money(found, amounts[account]) for account in Account if account is not Account.BUDGET),
        _money(found, owed),
        _share(used, budget),
    )


def _share(used: int, budget: int | None) -> Shown | None:
    """How much of the budget is paid or owed, in whole percent, rounded up; a tag where all is."""
    if not budget:
        return None
    percent = divide(_PERCENT * used, budget, Rounding.UP)
    return Shown(f"{percent}%", percent, tone="bad" if used > budget else "")


def _money(found: Chosen, amount: int) -> Shown:
    return Shown(found.money(amount), amount)
