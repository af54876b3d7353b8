"""Second factors: their secrets, whether a member has one, and which may be taken away."""

from __future__ import annotations

import base64
from functools import lru_cache

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from makegood.trust.keys import MasterKey, Rewrap
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Member, Session

_ASSOCIATED = b"makegood/staff/second-factor"
_STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SECRETS = ("secret", "seed")
"""Where allauth keeps what is sealed: of an authenticator, of recovery codes."""


def seal_secret(text: str) -> str:
    """A factor's secret for the database. Raises MakegoodError as ``MasterKey.open`` does."""
    sealed = _master_key(*_place()).wrap(text.encode(), _ASSOCIATED)
    return base64.b64encode(sealed).decode("ascii")


def open_secret(sealed: str) -> str:
    """What was sealed. Raises MakegoodError MG725 where another master key sealed it."""
    return _master_key(*_place()).unwrap(base64.b64decode(sealed), _ASSOCIATED).decode()


def sealed_secrets() -> list[tuple[bytes, bytes]]:
    """What the master key sealed here, each with its associated data."""
    return [
        (base64.b64decode(factor.data[name]), _ASSOCIATED)
        for factor in Authenticator.objects.order_by("pk")
        for name in _SECRETS
        if name in factor.data
    ]


def reseal_secrets(rewrap: Rewrap) -> int:
    """Seal all factors' secrets with another master key; of how many factors.

    In the caller's transaction. Raises what ``rewrap`` raises.
    """
    done = 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        held = {name: factor.data[name] for name in _SECRETS if name in factor.data}
        resealed = {name: _resealed(sealed, rewrap) for name, sealed in held.items()}
        if resealed != held:
            factor.data |= resealed
            factor.save(update_fields=["data"])
            done += 1
    return done


def _resealed(sealed: str, rewrap: Rewrap) -> str:
    return base64.b64encode(rewrap(base64.b64decode(sealed), _ASSOCIATED)).decode("ascii")


def strong_factors(member: Member) -> QuerySet[Authenticator]:
    """The member's passkeys and authenticator; recovery codes are no factor of their own."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=member, type__in=_STRONG)
    return found


def can_be_removed(factor: Authenticator) -> bool:
    """Whether another strong factor of the member would be left."""
    return strong_factors(factor.user).exclude(pk=factor.pk).exists()


def must_enrol(member: Member, session: Session) -> bool:
    """Whether the member has to add a second factor before anything else is reachable."""
    return session.sign_in_strength != "oidc_mfa" and not strong_factors(member).exists()


def forget_factors(member: Member) -> None:
    """Take all of a member's factors and the password, for a new start with an invitation."""
    with transaction.atomic():
        Authenticator.objects.filter(user=member).delete()
        member.set_unusable_password()
        member.save(update_fields=["password"])


def _place() -> tuple[str, str]:
    settings = installation()
    return settings.master_key, str(settings.home)


@lru_cache(maxsize=4)
def _master_key(address: str, home: str) -> MasterKey:  # noqa: ARG001 - they are the cache's key
    return MasterKey.open(installation())
