"""Somebody is called back: asked for by a stranger, the number seen, the call told."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from makegood.cases.changing import act
from makegood.cases.making import checked_deadline, strangers_case
from makegood.cases.permitting import expect_permitted
from makegood.cases.problems import too_many_callbacks, wrong_case, wrong_case_step
from makegood.cases.storing import Change, cursor_of_act, find
from makegood.cases.values import Callback, Case, Step
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import Act, Network, Principal, PrincipalKind, Role
from makegood.trust.vault import checked_phone, open_notes, open_person

# A carrier's own customers share few addresses: one of them must not keep the others out.
FROM_ADDRESS_MAX = 60
TO_NUMBER_MAX = 2
REMEMBERED = timedelta(days=1)
NEXT_TRY = timedelta(hours=2)

_FORGET = "DELETE FROM cases_asked WHERE at < %s"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_COUNT = "SELECT count(*) FROM cases_asked WHERE key_hash = %s AND at >= %s"
_ASKED = "INSERT INTO cases_asked (key_hash, at) VALUES (%s, %s)"


def take_callback(source: str, *, programme: str, callback: Callback, note: str = "") -> Case:
    """Take in the wish of somebody who is not signed in; the number is sealed, and of nobody known.

    Whether the number is a customer's is not looked at. ``source`` is the address it comes from.
    Raises MakegoodError MG661, MG662, MG664 where too many came from there or for this number
    within a day, MG666, MG668 without a number, MG729 for one that is none.
    """
    if not callback.phone.strip():
        raise wrong_case("a telephone number is missing", "say which number to call")
    phone, instant = checked_phone(callback.phone), now()
    with transaction.atomic():
        _counted("number", phone, TO_NUMBER_MAX, instant)
        _counted("source", source, FROM_ADDRESS_MAX, instant)
        return strangers_case(
            _portal(source), programme=programme, callback=callback, note=note, at=instant
        )


def number_to_call(visitor: Visitor, number: str, *, purpose: str = "") -> str:
    """The telephone number that somebody wishes to be called at, as +82…; the log says who saw it.

    The customer's own, or the one given for this call. Raises Refused MG770; MakegoodError MG660,
    MG668 where nobody wishes to be called, MG727 where the vault does not know the customer.
    """
    case = find(number)
    with transaction.atomic():
        expect_permitted(
            visitor,
            Act.CALL_BACK,
            case,
            purpose=purpose,
            kind="personal_data.revealed",
            details={"fields": ["phone"]},
        )
        if case.call_since is None or case.is_done:
            raise wrong_case("nobody waits for a call here", "see the person, where one is known")
        if case.phone_id is None:
            return open_person(case.customer_id).phone
        found = open_notes([case.phone_id]).get(case.phone_id)
    if found is None:
        raise wrong_case("the number to call is gone", "it went with its person")
    return found


def called(
    visitor: Visitor,
    number: str,
    *,
    was_reached: bool,
    again_at: datetime | None = None,
    purpose: str = "",
) -> Case:
    """Tell that somebody was called. Who was not reached is due again: in two hours, or then.

    Raises Refused MG770; MakegoodError MG660, MG663 where the case is done, MG666.
    """
    instant = now()
    due_at = checked_deadline(again_at, instant) if again_at else instant + NEXT_TRY

    def told(case: Case) -> Change:
        if case.is_done:
            raise wrong_case_step(case.number, case.state, "called back")
        if was_reached:
            return Change.of(case, Step.CALLED)
        return Change.of(case, Step.NOT_REACHED, detail=due_at.isoformat(), due_at=due_at)

    return act(visitor, number, told, purpose=purpose)


def _counted(what: str, key: str, limit: int, at: datetime) -> None:
    """Count one wish more for a key. Raises MakegoodError MG664 where there were too many."""
    from django.conf import settings

    text = f"makegood.cases/{what}/{key}"
    key_hash = hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()
    with cursor_of_act() as cursor:
        cursor.execute(_FORGET, [at - REMEMBERED])
        # Of several at once one counts after the other.
        cursor.execute(_ALONE, [key_hash])
        row = cursor.execute(_COUNT, [key_hash, at - REMEMBERED]).fetchone()
        if row and row[0] >= limit:
            raise too_many_callbacks("from here" if what == "source" else "to this number")
        cursor.execute(_ASKED, [key_hash, at])


def _portal(source: str) -> Visitor:
    """The customers' pages themselves, on behalf of somebody who is not signed in."""
    principal = Principal("portal", frozenset({Role.SYSTEM}), kind=PrincipalKind.SYSTEM)
    return Visitor(principal, "", "console", "console", now(), Network.OUTSIDE.value, source)
