"""Somebody asks for a code. What they are told is the same whether there is such a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.trust.access import Visitor, permit
from makegood.trust.clock import now
from makegood.trust.customers.codes import TRIES, code_hash, new_code
from makegood.trust.customers.guessing import Key, count
from makegood.trust.customers.installation import installation
from makegood.trust.customers.keyed import keyed_hash
from makegood.trust.customers.models import CodeAttempt
from makegood.trust.customers.problems import AttemptOver, PleaseWait, no_telephone
from makegood.trust.customers.recording import record
from makegood.trust.customers.sending import hand_over
from makegood.trust.customers.values import Attempt, CodeToSend
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.vault import Person, canonical_phone, find_by_phone, open_person

AGAIN_SECONDS = 30
"""How long another code has to be waited for: messages take a while."""
KEPT_AFTER = timedelta(hours=1)
"""How long after its time an attempt can still be asked for another code."""

Deliver = Callable[[CodeToSend], None]
Find = Callable[[], list[Person]]


def begin(
    phone: str,
    birth_date: date,
    *,
    source: str,
    language: str,
    deliver: Deliver,
    former: UUID | None = None,
) -> Attempt:
    """A new attempt, always; ``deliver`` is called, later and elsewhere, where there is a customer.

    Several persons on one number are told apart by the birth date. ``former`` is the attempt that
    the same browser had, which ends. ``source`` is the address that asks. Raises MakegoodError
    MG640 for what is no telephone number, PleaseWait MG641 or MG644.
    """
    telephone = canonical_phone(phone)
    if telephone is None:
        raise no_telephone()
    attempt = CodeAttempt(
        telephone_hash=keyed_hash("telephone", telephone),
        person_hash=keyed_hash("person", f"{telephone}\0{birth_date.isoformat()}"),
        language=language,
    )
    _count(attempt, source)
    return _ask(attempt, partial(_found, telephone, birth_date), former, source, deliver)


def begin_for(
    visitor: Visitor,
    customer_id: str,
    *,
    purpose: str,
    case: str,
    language: str,
    deliver: Deliver,
) -> Attempt:
    """An attempt of a customer whom a member of staff speaks with; the customer reads the code out.

    It goes to the telephone that the vault holds, which the member is not shown. It counts for the
    customer, the telephone and the member, and not for the address: behind one sits a whole support
    centre. Raises Refused MG770 where the visitor may not record a consent, MakegoodError MG727
    where there is no such person, MG640 where they have no telephone, PleaseWait MG641 or MG644.
    """
    with transaction.atomic():
        permit(
            visitor,
            Act.RECORD_CONSENT,
            Resource(ResourceKind.CUSTOMER, customer_id),
            purpose=purpose,
            case=case,
            details={"what": "code_asked"},
        )
    person = open_person(customer_id)
    telephone = canonical_phone(person.phone)
    if telephone is None:
        raise no_telephone()
    born = person.birth_date.isoformat() if person.birth_date else customer_id
    attempt = CodeAttempt(
        telephone_hash=keyed_hash("telephone", telephone),
        person_hash=keyed_hash("person", f"{telephone}\0{born}"),
        language=language,
    )
    source = visitor.source
    count(
        Key.person(attempt.person_hash),
        Key.telephone(attempt.telephone_hash),
        Key.codes_by(visitor.actor),
        source=source,
        actor=visitor.actor,
    )
    return _ask(attempt, lambda: [person], None, source, deliver)


def again(attempt_id: UUID, *, source: str, deliver: Deliver) -> Attempt:
    """Another code for the same person: a new attempt; the former one ends.

    Raises AttemptOver MG643 where it was used, replaced or forgotten; PleaseWait MG641 or MG644.
    """
    former = CodeAttempt.objects.filter(pk=attempt_id, ended_at=None).first()
    if former is None or now() >= former.expires_at + KEPT_AFTER:
        raise AttemptOver
    early = _again_at(former) - now()
    if early > timedelta(0):
        raise PleaseWait(int(early.total_seconds()) + 1)
    attempt = CodeAttempt(
        telephone_hash=former.telephone_hash,
        person_hash=former.person_hash,
        language=former.language,
    )
    _count(attempt, source)
    return _ask(attempt, partial(_found_before, attempt_id), attempt_id, source, deliver)


def attempt_of(attempt_id: UUID) -> Attempt | None:
    """An attempt as it stands; None where it was used, replaced or forgotten."""
    row = CodeAttempt.objects.filter(pk=attempt_id, ended_at=None).first()
    if row is None or now() >= row.expires_at + KEPT_AFTER:
        return None
    return _shown(row)


def _count(attempt: CodeAttempt, source: str) -> None:
    count(
        Key.person(attempt.person_hash),
        Key.telephone(attempt.telephone_hash),
        Key.telephone_here(attempt.telephone_hash, source),
        Key.of_source(source),
        source=source,
    )


def _ask(
    attempt: CodeAttempt, find: Find, former: UUID | None, source: str, deliver: Deliver
) -> Attempt:
    """Keep the attempt, and have somebody look who it is and send the code."""
    code, instant = new_code(), now()
    attempt.code_hash = code_hash(attempt.attempt_id, code)
    attempt.asked_at = instant
    attempt.expires_at = instant + timedelta(minutes=installation().customer_code_minutes)
    with transaction.atomic():
        if former is not None:
            CodeAttempt.objects.filter(pk=former, ended_at=None).update(
                ended_at=instant, end_reason=CodeAttempt.End.REPLACED
            )
        attempt.save(force_insert=True)
    hand_over(partial(_send, attempt, code, find, source, deliver))
    return _shown(attempt)


def _send(attempt: CodeAttempt, code: str, find: Find, source: str, deliver: Deliver) -> None:
    """Look who it is, write it down, and send the code to the telephone that the vault holds."""
    found = find()
    # Two people of one birth date on one number cannot be told apart: the support centre can.
    person = found[0] if len(found) == 1 else None
    customer_id = person.customer_id if person else ""
    with transaction.atomic():
        if person:
            CodeAttempt.objects.filter(pk=attempt.pk).update(customer_id=customer_id)
        record(
            "customer.code_asked",
            customer_id=customer_id,
            source=source,
            details={"found": len(found)},
        )
    if person:
        deliver(CodeToSend(customer_id, person.phone, code, attempt.language, attempt.expires_at))


def _found(telephone: str, birth_date: date) -> list[Person]:
    return [person for person in find_by_phone(telephone) if person.birth_date == birth_date]


def _found_before(attempt_id: UUID) -> list[Person]:
    former = CodeAttempt.objects.get(pk=attempt_id)
    try:
        return [open_person(former.customer_id)] if former.customer_id else []
    except MakegoodError as error:
        if [finding.code for finding in error.findings] == ["MG727"]:
            return []  # deleted meanwhile
        raise


def _shown(row: CodeAttempt) -> Attempt:
    return Attempt(row.attempt_id, row.expires_at, max(0, TRIES - row.tries), _again_at(row))


def _again_at(row: CodeAttempt) -> datetime:
    return row.asked_at + timedelta(seconds=AGAIN_SECONDS)
