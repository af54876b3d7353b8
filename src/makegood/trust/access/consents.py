"""Consents of customers: given, withdrawn, and expired by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.access.gate import permit
from makegood.trust.access.plain_words import checked_case, checked_customer_id
from makegood.trust.access.visitor import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind

DAYS_VALID_MAX = 366 * 2

_INSERT = """
INSERT INTO access_consent
    (customer_id, purpose, given_at, expires_at, channel, given_to, evidence)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING consent_id
"""
_WITHDRAW = """
UPDATE access_consent SET withdrawn_at = %s
WHERE customer_id = %s AND purpose = %s AND withdrawn_at IS NULL AND expires_at > %s
RETURNING consent_id
"""
_ALL = """
SELECT consent_id, customer_id, purpose, given_at, expires_at, withdrawn_at, channel, given_to,
       evidence
FROM access_consent WHERE customer_id = %s ORDER BY given_at, consent_id
"""


class Channel(StrEnum):
    """Through what a customer consented."""

    TELEPHONE = "telephone"
    SHOP = "shop"
    WEB = "web"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it was given.

    ``given_to`` is the actor who took it, ``evidence`` a reference to what proves it, such as the
    number of a recording. That of a consent by code is ``BY_CODE``, which nobody may type.
    """

    BY_CODE: ClassVar[str] = "code"

    consent_id: int
    customer_id: str
    purpose: str
    given_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    channel: str
    given_to: str
    evidence: str


def give_consent(
    visitor: Visitor,
    customer_id: str,
    purpose: str,
    *,
    channel: Channel | str,
    days_valid: int,
    evidence: str,
    case: str = "",
) -> Consent:
    """Record that the customer consents to a purpose, from now for so many days.

    In one transaction with its entry ``consent.given``. Raises Refused MG770, and MakegoodError
    MG775 where channel, days or evidence cannot be; MG771, MG772, MG774 as ``permit`` does.
    """
    from django.db import connection, transaction

    given_at = now()
    channel, evidence = _channel(channel), _evidence(evidence)
    expires_at = given_at + _days(days_valid)
    row = (customer_id, purpose, given_at, expires_at, channel, visitor.actor, evidence)
    with transaction.atomic():
        _permitted(
            visitor,
            customer_id,
            purpose,
            case,
            "consent.given",
            {"channel": channel, "days_valid": days_valid, "evidence": evidence},
        )
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, row)
            (number,) = cursor.fetchone()
    return Consent(
        number, customer_id, purpose, given_at, expires_at, None, channel, visitor.actor, evidence
    )


def withdraw_consent(visitor: Visitor, customer_id: str, purpose: str, *, case: str = "") -> int:
    """Record that the customer takes the consent back, from now; how many rows it ended.

    A withdrawal where none was valid is recorded too: the customer said so. Raises as ``permit``.
    """
    from django.db import connection, transaction

    with transaction.atomic():
        _permitted(visitor, customer_id, purpose, case, "consent.withdrawn", {})
        with connection.cursor() as cursor:
            cursor.execute(_WITHDRAW, [instant := now(), customer_id, purpose, instant])
            return len(cursor.fetchall())


def consents_of(customer_id: str) -> list[Consent]:
    """All consents of a customer, the oldest first. They hold no personal data."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_ALL, [checked_customer_id(customer_id)])
        return [Consent(*row) for row in cursor.fetchall()]


def _permitted(
    visitor: Visitor,
    customer_id: str,
    purpose: str,
    case: str,
    kind: str,
    details: dict[str, str | int],
) -> None:
    resource = Resource(ResourceKind.CUSTOMER, customer_id)
    permit(
        visitor,
        Act.RECORD_CONSENT,
        resource,
        purpose=purpose,
        case=case,
        kind=kind,
        details=details,
    )


def _channel(channel: str) -> str:
    if channel not in set(Channel):
        known = ", ".join(Channel)
        raise _wrong("there is no such channel", did_you_mean(channel, Channel) or f"use {known}")
    return str(Channel(channel))


def _days(days: int) -> timedelta:
    if not 1 <= days <= DAYS_VALID_MAX:
        raise _wrong(f"a consent is not valid for {days} days", f"give 1 to {DAYS_VALID_MAX} days")
    return timedelta(days=days)


def _evidence(evidence: str) -> str:
    evidence = checked_case(evidence)
    if not evidence:
        raise _wrong("what proves the consent is missing", "give a recording's or form's number")
    return evidence


def _wrong(message: str, hint: str) -> MakegoodError:
    return MakegoodError(Finding("MG775", message, hint))
