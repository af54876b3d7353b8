"""Whose account may be paid to, and how the bank knows a holder: one answer for page and worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.channels.bank import HolderKind
from makegood.redress.claims.names import is_same_name

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.redress.serving import LineStanding
    from makegood.trust.vault import Person


def takes_other_name(standing: LineStanding, measure_name: str) -> bool:
    """Whether the programme pays this line's measure to an account in another name as well."""
    measure = standing.programme.measures.get(measure_name)
    refund = measure.section.refund if measure else None
    account = refund.account if refund else None
    if account is None or account.holder is None:
        return False
    return standing.values.get(account.holder) in account.other_name_for


def may_take_other_name(programme: Programme, measure_name: str) -> bool:
    """Whether a programme pays a measure to an account in another name, of whichever lines.

    All that can be said of a line that the facts lack.
    """
    measure = programme.measures.get(measure_name)
    refund = measure.section.refund if measure else None
    account = refund.account if refund else None
    return account is not None and account.holder is not None and bool(account.other_name_for)


def known_by(person: Person | None, account_holder: str) -> tuple[HolderKind | None, str]:
    """How the bank knows a holder: by the day of birth, where it is the customer's own account.

    Of another holder nothing is known, and of a company the vault has no number.
    """
    if person is None or person.birth_date is None:
        return None, ""
    if not is_same_name(account_holder, person.name):
        return None, ""
    return HolderKind.PERSON, f"{person.birth_date:%y%m%d}"
