"""Whether an account fits, asked before anybody applies with it: a help, and no decision.

The worker asks again when it checks the claim. So a bank that does not answer holds up nobody.
"""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from makegood.channels.bank import HolderAnswer, HolderCheck
from makegood.kernel import MakegoodError
from makegood.redress.claims.holders import known_by, may_take_other_name, takes_other_name
from makegood.redress.claims.names import is_same_name
from makegood.redress.serving import (
    decision_of,
    owner_of,
    programme_in_force,
    standings_of,
)
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.vault import open_persons

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.redress.claims.advancing import Holders
    from makegood.redress.claims.values import Application, Claim
    from makegood.redress.serving import LineStanding
    from makegood.trust.vault import Person

_log = logging.getLogger(__name__)


class AccountFit(StrEnum):
    """What the bank's answer about an account comes to. Closed: there are no others."""

    SAME_NAME = "same_name"
    """It is the customer's own."""
    OTHER_NAME = "other_name"
    """It is somebody else's, of the name that was given: taken with a document."""
    DIFFERS = "differs"
    """It is in a name that is not taken, or in another one than was given."""
    NOT_FOUND = "not_found"
    NOT_KNOWN = "not_known"
    """The bank does not say now: the claim is checked later."""


def check_account(
    visitor: Visitor,
    application: Application,
    *,
    settings: Settings,
    claim: Claim | None = None,
    holders: Holders | None = None,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> AccountFit:
    """Ask the bank whose account an application names, and hold it against the customer's name.

    In no transaction of the caller's. Nothing of the bank's answer is given back but what it comes
    to. ``claim`` is the one that it is another account of: that stays with who made it, whoever
    holds the line by now, and also where the facts have no such line. Raises Refused MG770 and as
    ``permit``, MG632, MG830, and without a claim MG831 as ``decision_of``.
    """
    standing, customer, is_missing = _whose(application, claim)
    with transaction.atomic(durable=True):
        permit(
            visitor,
            Act.APPLY,
            Resource(ResourceKind.CUSTOMER, customer),
            purpose=purpose,
            case=case,
            details={
                "programme": application.programme,
                "measure": application.measure,
                "what": "account_checked",
            },
        )
        person = open_persons([customer]).get(customer)
    kind, birth_day = known_by(person, application.account_holder)
    try:
        answer = (holders or HolderCheck(settings)).holder_of(
            application.bank_code,
            application.account_number,
            holder_kind=kind,
            known_by=birth_day,
        )
    except MakegoodError as error:
        # Silent, or not set up: the claim waits for it, and whoever runs the program is told.
        _log.warning("an account could not be checked: %s", error.findings[0].code)
        return AccountFit.NOT_KNOWN
    if is_missing:
        # Nobody knows what the line's holder is: its document decides, with persons.
        programme = programme_in_force(application.programme)
        may_be_another = may_take_other_name(programme, application.measure)
    else:
        may_be_another = standing is not None and takes_other_name(standing, application.measure)
    return _fit(answer, person, application.account_holder, may_be_another=may_be_another)


def _whose(application: Application, claim: Claim | None) -> tuple[LineStanding | None, str, bool]:
    """The line's standing where it is theirs, who is asked about, and whether the facts lack it."""
    if claim is None:
        found = decision_of(application.programme, application.line_id)
        return found, found.customer_id, False
    standing = next(iter(standings_of(claim.programme, [claim.line_id])), None)
    owner = owner_of(claim, standing.first_holder if standing else None)
    is_theirs = standing is not None and standing.customer_id == owner
    return (standing if is_theirs else None), owner, standing is None


def _fit(
    answer: HolderAnswer, person: Person | None, account_holder: str, *, may_be_another: bool
) -> AccountFit:
    if not answer.found:
        return AccountFit.NOT_FOUND
    given = is_same_name(answer.name, account_holder)
    if person is None:
        return AccountFit.NOT_KNOWN if given else AccountFit.DIFFERS
    if not given:
        # Also of the customer's own account: the name that was given is the one that is paid to.
        return AccountFit.DIFFERS
    if is_same_name(answer.name, person.name):
        return AccountFit.SAME_NAME
    return AccountFit.OTHER_NAME if may_be_another else AccountFit.DIFFERS
