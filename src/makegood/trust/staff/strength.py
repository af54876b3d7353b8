"""How surely somebody has signed in: gathered from the steps that allauth reports.

A passkey or an authenticator's code counts as what it is, the provider's word for a second factor
as ``oidc_mfa``. A recovery code lets a member in to mend their factors and counts as a password.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from makegood.trust.clock import now
from makegood.trust.policy import SignIn
from makegood.trust.staff.installation import installation

_KEY = "makegood_steps"
_CLAIMS = "_makegood_claims"
_ORDER = (SignIn.NONE, SignIn.PASSWORD, SignIn.OIDC_MFA, SignIn.TOTP, SignIn.PASSKEY)
_OF_FACTORS = {"webauthn": SignIn.PASSKEY, "totp": SignIn.TOTP}


def put_claims(request: HttpRequest, claims: dict[str, Any]) -> None:
    """Keep what the provider's token says, until the step is reported."""
    setattr(request, _CLAIMS, claims)


def step(request: HttpRequest, method: str, factor: str) -> tuple[SignIn, datetime]:
    """The strength of one step, and when it was taken."""
    if method == "mfa":
        return _OF_FACTORS.get(factor, SignIn.PASSWORD), now()
    if method == "socialaccount":
        return _of_claims(getattr(request, _CLAIMS, {}))
    return SignIn.PASSWORD, now()


def _of_claims(claims: dict[str, Any]) -> tuple[SignIn, datetime]:
    """OpenID Connect Core 1.0, section 2: ``amr``, ``acr`` and ``auth_time`` of the token."""
    methods = claims.get("amr") or []
    said = {str(method) for method in (methods if isinstance(methods, list) else [methods])}
    said.add(str(claims.get("acr", "")))
    strong = not said.isdisjoint(installation().oidc_second_factor)
    told, at = claims.get("auth_time"), now()
    if isinstance(told, int):
        at = min(at, datetime.fromtimestamp(told, UTC))
    return (SignIn.OIDC_MFA if strong else SignIn.PASSWORD), at


def keep_step(request: HttpRequest, strength: SignIn, at: datetime) -> None:
    """Remember a step of a sign-in that is not done yet."""
    steps = request.session.get(_KEY, [])
    request.session[_KEY] = [*steps, [str(strength), at.isoformat()]]


def taken_sign_in(request: HttpRequest) -> tuple[SignIn, datetime]:
    """The strongest of the steps kept, and when it was taken; they are forgotten here."""
    steps = [
        (SignIn(strength), datetime.fromisoformat(at))
        for strength, at in request.session.pop(_KEY, [])
    ]
    if not steps:
        return SignIn.NONE, now()
    return max(steps, key=lambda taken: (_ORDER.index(taken[0]), taken[1]))
