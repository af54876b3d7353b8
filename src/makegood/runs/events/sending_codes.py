"""A one-time code in the words of the programme in force."""

from __future__ import annotations

from datetime import datetime

from makegood.channels import messages
from makegood.configuration import Settings
from makegood.publication import in_force
from makegood.redress.serving import programme_in_force
from makegood.runs.events.wanted import worded


def send_code(
    settings: Settings,
    customer_id: str,
    phone: str,
    code: str,
    language: str,
    programme_name: str,
    *,
    expires_at: datetime | None = None,
    to_be_told: bool = False,
) -> None:
    """Send a one-time code, with the words that the programme in force has for it.

    Where it has none, with the platform's own; so is a code that is ``to_be_told`` to a member of
    staff, and says so. Raises as ``channels.messages.send_code``.
    """
    published = in_force(programme_name)
    version = worded(published) if published else None
    named = programme_in_force(programme_name) if published else None
    messages.send_code(
        settings,
        customer_id,
        phone,
        code,
        language,
        programme_name,
        programme=version.programme if version else named,
        messages=version.messages if version else None,
        expires_at=expires_at,
        to_be_told=to_be_told,
    )
