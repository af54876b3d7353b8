"""Applying: what was entered becomes a claim, once, with the words that were agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from makegood.acts.acting import Acting
from makegood.acts.asking import AskedCard, AskedClaim
from makegood.redress.claims import Application, Receipt, submit
from makegood.redress.serving import decision_of
from makegood.trust.access import permit
from makegood.trust.policy import Act, Resource, ResourceKind


def application_of(asked: AskedCard | AskedClaim, given: Mapping[str, Any]) -> Application:
    """The application as the rooms below take it; ``given`` are the fields of a form."""
    if isinstance(asked, AskedClaim):
        programme, measure, line_id = _place(asked)
    else:
        programme, measure = asked.card.programme, asked.card.measure
        line_id = asked.line.line_id
    return Application(
        programme=programme,
        measure=measure,
        line_id=line_id,
        through=asked.acting.through,
        bank_code=str(given.get("bank_code", "")),
        account_number=str(given.get("account_number", "")),
        account_holder=str(given.get("account_holder", "")),
        document=str(given.get("document", "")),
        account_document=str(given.get("account_document", "")),
    )


def applied(acting: Acting, application: Application, words: str, language: str) -> Receipt:
    """The claim, and what the customer agreed to, in one transaction. Raises as ``submit``."""
    with transaction.atomic():
        made = submit(acting.visitor, application, purpose=acting.purpose, case=acting.case)
        if made.is_new:
            permit(
                acting.visitor,
                Act.APPLY,
                Resource(ResourceKind.CUSTOMER, acting.customer_id),
                purpose=acting.purpose,
                case=acting.case,
                kind="claim.consented",
                details={
                    "claim": made.receipt_number,
                    "words": words,
                    "language": language,
                    "through": application.through,
                },
            )
    return made


def operator_of(asked: AskedCard, language: str) -> str:
    """Who pays, in the words of the programme."""
    programme = decision_of(asked.card.programme, asked.line.line_id).programme
    return programme.section.operator[language]


def _place(asked: AskedClaim) -> tuple[str, str, str]:
    return asked.claim.programme, asked.claim.measure, asked.claim.line_id
