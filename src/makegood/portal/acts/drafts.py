"""What somebody has entered of an application and not sent yet: in the sealed session alone."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from makegood.acts import CHECKS_MAX, AskedCard
from makegood.trust.customers import PleaseWait, count_account_check, customer_of
from makegood.trust.staff import standing

_KEY = "makegood_acts"
_CHECKS = "makegood_acts_checks"
_DRAFTS_MAX = 8


@dataclass(frozen=True, slots=True)
class Draft:
    """An application before it is sent. ``token`` names this very state of it.

    ``fit`` is what the bank's answer came to; documents are named by their numbers.
    """

    token: str = ""
    bank_code: str = field(default="", repr=False)
    account_number: str = field(default="", repr=False)
    account_holder: str = field(default="", repr=False)
    fit: str = ""
    document: str = ""
    account_document: str = ""

    @property
    def has_account(self) -> bool:
        """Whether the account was entered."""
        return bool(self.account_number)


def draft_of(request: HttpRequest, asked: AskedCard) -> Draft:
    """What was entered for this line and measure; an empty one before."""
    kept: dict[str, Any] = request.session.get(_KEY, {}).get(_name(asked), {})
    return Draft(**kept) if kept else Draft()


def keep_draft(request: HttpRequest, asked: AskedCard, draft: Draft, **changes: Any) -> Draft:  # noqa: ANN401 - the fields of a draft
    """The draft with changes, kept under a new token; the oldest of many is forgotten."""
    kept = replace(draft, **changes, token=secrets.token_urlsafe(12))
    drafts: dict[str, Any] = dict(request.session.get(_KEY, {}))
    drafts.pop(_name(asked), None)
    drafts[_name(asked)] = asdict(kept)
    request.session[_KEY] = dict(list(drafts.items())[-_DRAFTS_MAX:])
    return kept


def drop_draft(request: HttpRequest, asked: AskedCard) -> None:
    """Forget it: it was sent."""
    drafts = dict(request.session.get(_KEY, {}))
    if drafts.pop(_name(asked), None) is not None:
        request.session[_KEY] = drafts


def may_ask_bank(request: HttpRequest) -> bool:
    """Whether the bank may be asked once more in this session, and for this customer today.

    Counts it for both: signing in again and again asks no more than
    ``customer_account_checks_a_day``. Who may not, applies all the same: the worker checks it.
    """
    asked = int(request.session.get(_CHECKS, 0))
    request.session[_CHECKS] = asked + 1
    customer = customer_of(request)
    if asked >= CHECKS_MAX or customer is None:
        return False
    try:
        count_account_check(customer.customer_id, standing(request).origin.source)
    except PleaseWait:
        return False
    return True


def _name(asked: AskedCard) -> str:
    return f"{asked.card.programme}/{asked.card.measure}/{asked.line.line_id}"
