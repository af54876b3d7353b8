"""The day on which an application that is still checked is paid, said to its customer."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from makegood.dues import Card, ClaimStanding, LoneClaim
from makegood.portal.frame import language
from makegood.programmes import date_text
from makegood.redress.claims import claim_of, is_after_run, needs_account, pay_on
from makegood.redress.serving import decision_of
from makegood.trust.clock import now


def expected_payment(card: Card | LoneClaim, claim: ClaimStanding | None, line_id: str) -> str:
    """When it is paid, if it is approved without further ado; empty where that cannot be said."""
    is_open = claim is not None and claim.state == "submitted" and not claim.is_late
    if claim is None or not is_open or isinstance(card, LoneClaim):
        return ""
    if not needs_account(card.programme, card.measure):
        return ""
    standing = decision_of(card.programme, line_id)
    if not standing.of(card.measure).amount:
        return ""
    made = claim_of(claim.receipt_number)
    zone = ZoneInfo(standing.programme.section.time_zone)
    day = pay_on(
        standing.programme,
        card.measure,
        made.submitted_at,
        standing.values,
        now().astimezone(zone).date(),
        is_after_run=is_after_run(standing.programme, card.measure, now()),
    )
    said = _("If all is in order, it is paid on %(day)s.")
    return said % {"day": date_text(day, language())}


__all__ = ["expected_payment"]
