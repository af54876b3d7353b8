"""A code is held against the one that was sent: a few times, for a few minutes, once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.customers.codes import TRIES, is_right
from makegood.trust.customers.guessing import Counted, Key, count
from makegood.trust.customers.models import CodeAttempt
from makegood.trust.customers.problems import AttemptOver, WrongCode
from makegood.trust.customers.recording import record
from makegood.trust.customers.values import CustomerSession
from makegood.trust.policy import SignIn


def confirm(attempt_id: UUID, code: str, *, source: str, by: str = "") -> CustomerSession:
    """Who it is, where the code is the one that was sent. The attempt is used up by that.

    A try is counted before it is judged, under a lock: many at once gain nothing. An attempt for
    which there is no customer takes the same way and never ends here. ``by`` is whom the log names,
    where it is known who tries. Raises WrongCode MG642 with the tries left, AttemptOver MG643.
    """
    with transaction.atomic():
        row = CodeAttempt.objects.select_for_update().filter(pk=attempt_id).first()
        if row is None or row.ended_at is not None or now() >= row.expires_at:
            raise AttemptOver
        if row.tries >= TRIES:
            raise AttemptOver
        row.tries += 1
        right = is_right(row.attempt_id, row.code_hash, code)
        accepted = right and bool(row.customer_id)
        if accepted:
            row.ended_at, row.end_reason = now(), CodeAttempt.End.USED
        else:
            _failed(row, source, by)
        row.save(update_fields=["tries", "ended_at", "end_reason"])
    if not accepted:
        raise WrongCode(TRIES - row.tries)
    telephone = row.telephone_hash
    Counted(
        (Key.telephone(telephone), Key.telephone_here(telephone, source), Key.of_source(source))
    ).succeeded()
    return CustomerSession(row.customer_id, SignIn.MESSAGE_CODE, now())


def confirm_for(visitor: Visitor, attempt_id: UUID, code: str) -> str:
    """The customer who read this code out to a member of staff, where it is the right one.

    A wrong one counts for the member as well, whoever it was sent to: by going from one customer to
    the next nobody gets more tries. Raises as ``confirm``, and PleaseWait MG644.
    """
    who = {"source": visitor.source, "actor": visitor.actor}
    why: MakegoodError
    # A wait that begins and its entry in the log are one; the reason leaves once both are kept.
    with transaction.atomic():
        counted = count(Key.wrong_by(visitor.actor), **who, tells=False)
        try:
            shown = confirm(attempt_id, code, source=visitor.source, by=visitor.actor)
        except WrongCode as error:
            counted.tell(**who)
            why = error
        except AttemptOver as error:
            counted.taken_back()  # nothing was told about the code
            why = error
        else:
            counted.taken_back()
            return shown.customer_id
    raise why


def _failed(row: CodeAttempt, source: str, by: str) -> None:
    left = TRIES - row.tries
    record(
        "customer.sign_in_failed",
        customer_id=row.customer_id,
        actor=by,
        source=source,
        details={"step": "code", "tries_left": left},
    )
    if not left:
        record(
            "customer.locked_out",
            customer_id=row.customer_id,
            actor=by,
            source=source,
            details={"what": "attempt", "tries": row.tries},
        )
