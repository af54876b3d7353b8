"""A code is held against the one that was sent: a few times, for a few minutes, once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from makegood.trust.clock import now
from makegood.trust.customers.codes import TRIES, is_right
from makegood.trust.customers.guessing import Counted, Key
from makegood.trust.customers.models import CodeAttempt
from makegood.trust.customers.problems import AttemptOver, WrongCode
from makegood.trust.customers.recording import record
from makegood.trust.customers.values import CustomerSession
from makegood.trust.policy import SignIn


def confirm(attempt_id: UUID, code: str, *, source: str) -> CustomerSession:
    """Who it is, where the code is the one that was sent. The attempt is used up by that.

    A try is counted before it is judged, under a lock: many at once gain nothing. An attempt for
    which there is no customer takes the same way and never ends here. Raises WrongCode MG642 with
    the tries left, AttemptOver MG643.
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
            _failed(row, source)
        row.save(update_fields=["tries", "ended_at", "end_reason"])
    if not accepted:
        raise WrongCode(TRIES - row.tries)
    telephone = row.telephone_hash
    Counted(
        (Key.telephone(telephone), Key.telephone_here(telephone, source), Key.of_source(source))
    ).succeeded()
    return CustomerSession(row.customer_id, SignIn.MESSAGE_CODE, now())


def _failed(row: CodeAttempt, source: str) -> None:
    left = TRIES - row.tries
    record(
        "customer.sign_in_failed",
        customer_id=row.customer_id,
        source=source,
        details={"step": "code", "tries_left": left},
    )
    if not left:
        record(
            "customer.locked_out",
            customer_id=row.customer_id,
            source=source,
            details={"what": "attempt", "tries": row.tries},
        )
