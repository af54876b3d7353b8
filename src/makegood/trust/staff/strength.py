"""How surely somebody has signed in: gathered from the steps that allauth reports.

A passkey or an authenticator's code counts as what it is, the provider's word for a second factor
as ``oidc_mfa``. A recovery code lets a member in to mend their factors and counts as a password.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from makegood.trust.clock import now
from makegood.trust.policy import SignIn
from makegood.trust.staff.installation import installation

_KEY = "makegood_steps"
_CLAIMS = "_makegood_claims"
_ORDER = (SignIn.NONE, SignIn.PASSWORD, SignIn.OIDC_MFA, SignIn.TOTP, SignIn.PASSKEY)
_OF_FACTORS = {"webauthn": SignIn.PASSKEY, "totp": SignIn.TOTP}
_RECOVERED = "makegood_recovered_at"
_SKEW_SECONDS = 60
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When somebody signed in of whom nobody says when: so long ago that it is fresh for nothing."""
FRESH = timedelta(seconds=300)
"""How old a sign-in may be for what changes a member's factors."""


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
    told = _time_told(claims)
    # Asked for with max_age, it must be told. Who leaves it out says nothing of when it was:
    # the request goes through the browser, where max_age is easily taken away.
    at = _NEVER
    if told is not None:
        at = datetime.fromtimestamp(min(max(told, 0), int(now().timestamp())), UTC)
    return (SignIn.OIDC_MFA if strong else SignIn.PASSWORD), at


def is_ahead(claims: dict[str, Any]) -> bool:
    """Whether ``auth_time`` lies in the future, further than clocks differ."""
    told = _time_told(claims)
    return told is not None and told > now().timestamp() + _SKEW_SECONDS


def _time_told(claims: dict[str, Any]) -> int | None:
    told = claims.get("auth_time")
    return told if isinstance(told, int) and not isinstance(told, bool) else None


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


def keep_recovery(request: HttpRequest) -> None:
    """Remember that a recovery code was used now: its member may mend their factors for a while."""
    request.session[_RECOVERED] = now().isoformat()


def has_just_recovered(request: HttpRequest) -> bool:
    """Whether a recovery code was used in the last minutes."""
    at = request.session.get(_RECOVERED)
    return at is not None and now() - datetime.fromisoformat(at) <= FRESH
