"""Invitations: a link that works once, for a day, to set a password and a second factor."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from makegood.trust.clock import now
from makegood.trust.staff.hashing import hash_of
from makegood.trust.staff.models import Invitation, Member

VALID_FOR = timedelta(hours=24)
_TOKEN_BYTES = 24


def invite(member: Member) -> str:
    """The token of a new invitation; the former ones of the member no longer work."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with transaction.atomic():
        Invitation.objects.filter(member=member, used_at=None).update(expires_at=now())
        Invitation.objects.create(
            token_hash=hash_of("invitation", token),
            member=member,
            made_at=now(),
            expires_at=now() + VALID_FOR,
        )
    return token


def invited(token: str) -> Member | None:
    """Whose invitation this is, where it still works."""
    found = _open(token)
    return found.member if found else None


def accept(token: str, password: str) -> Member | None:
    """Use the invitation up and set the password; None where it no longer works."""
    with transaction.atomic():
        used = Invitation.objects.filter(
            token_hash=hash_of("invitation", token), used_at=None, expires_at__gt=now()
        ).update(used_at=now())
        if not used:
            return None
        invitation = Invitation.objects.select_related("member").get(
            token_hash=hash_of("invitation", token)
        )
        member = invitation.member
        if not member.is_active:
            return None
        member.set_password(password)
        member.save(update_fields=["password"])
    return member


def _open(token: str) -> Invitation | None:
    return (
        Invitation.objects.select_related("member")
        .filter(
            token_hash=hash_of("invitation", token),
            used_at=None,
            expires_at__gt=now(),
            member__is_active=True,
        )
        .first()
    )
