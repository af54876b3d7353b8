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

_ASSOCIATED = "makegood/staff/second-factor"
_STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SECRETS = ("secret", "seed")
"""Where allauth keeps what is sealed: of an authenticator, of recovery codes."""


class _Unbound(str):
    """A sealed secret of which nobody knows yet whose it is: it is bound when it is saved."""

    __slots__ = ()


class _Bound(str):
    """A sealed secret as it was found in a factor's row, with what it must be bound to."""

    __slots__ = ("associated",)
    associated: bytes

    @classmethod
    def to(cls, sealed: str, associated: bytes) -> _Bound:
        made = cls(sealed)
        made.associated = associated
        return made


def seal_secret(text: str) -> str:
    """A factor's secret, to be put into a factor. Raises MakegoodError as ``MasterKey.open`` does.

    Whose it is is not told here: ``bind_secrets`` seals it to its member and kind of factor.
    """
    return _Unbound(_sealed(text.encode(), _associated("", "")))


def open_secret(sealed: str) -> str:
    """What was sealed, where it lies in the row it was sealed for.

    Raises MakegoodError MG725 where it was sealed for another member or kind of factor, or with
    another master key.
    """
    bound = sealed.associated if isinstance(sealed, _Bound) else _associated("", "")
    return _master_key(*_place()).unwrap(base64.b64decode(sealed), bound).decode()


def know_secrets(factor: Authenticator) -> None:
    """Let each secret of a factor that was read know what it must be bound to."""
    data = factor.__dict__.get("data")
    if not isinstance(data, dict):
        return
    for name in _SECRETS:
        if name in data and not isinstance(data[name], _Unbound):
            data[name] = _Bound.to(data[name], _associated_of(factor))


def bind_secrets(factor: Authenticator) -> None:
    """Seal the new secrets of a factor to its member and kind, before it is saved."""
    for name in _SECRETS:
        held = factor.data.get(name)
        if isinstance(held, _Unbound):
            associated = _associated_of(factor)
            sealed = _sealed(open_secret(held).encode(), associated)
            factor.data[name] = _Bound.to(sealed, associated)


def sealed_secrets() -> list[tuple[bytes, bytes]]:
    """What the master key sealed here, each with its associated data."""
    return [
        (base64.b64decode(factor.data[name]), _associated_of(factor))
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
        associated = _associated_of(factor)
        resealed = {name: _resealed(sealed, associated, rewrap) for name, sealed in held.items()}
        if resealed != held:
            factor.data |= resealed
            factor.save(update_fields=["data"])
            done += 1
    return done


def _resealed(sealed: str, associated: bytes, rewrap: Rewrap) -> str:
    return base64.b64encode(rewrap(base64.b64decode(sealed), associated)).decode("ascii")


def _sealed(secret: bytes, associated: bytes) -> str:
    return base64.b64encode(_master_key(*_place()).wrap(secret, associated)).decode("ascii")


def _associated_of(factor: Authenticator) -> bytes:
    return _associated(str(factor.user_id), str(factor.type))


def _associated(member_id: str, kind: str) -> bytes:
    return f"{_ASSOCIATED}\0{member_id}\0{kind}".encode()


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
