"""Who may add a factor: a stolen password, or a screen left open, must not add the thief's."""

from __future__ import annotations

from django.http import HttpRequest

from makegood.trust.clock import now
from makegood.trust.policy import SignIn
from makegood.trust.staff.factors import strong_factors
from makegood.trust.staff.requests import standing
from makegood.trust.staff.strength import FRESH, has_just_recovered

_INVITED = "makegood_invited"
_STRONG = frozenset({SignIn.PASSKEY, SignIn.TOTP, SignIn.OIDC_MFA})


def keep_invited(request: HttpRequest) -> None:
    """The session of this request began with an invitation: it may add a first factor."""
    session = standing(request).session
    if session is not None:
        request.session[_INVITED] = str(session.session_id)


def may_add_factor(request: HttpRequest) -> bool:
    """Whether this session may add a factor or make recovery codes at this moment.

    It may after a sign-in of the last 300 seconds with a second factor, here or at the company's
    provider, or with a recovery code. A first factor may be added by a session that began with an
    invitation, and by no other that had none.
    """
    session = standing(request).session
    if session is None:
        return False
    if not strong_factors(session.member).exists():
        if request.session.get(_INVITED) == str(session.session_id):
            return True
    elif has_just_recovered(request):
        return True
    return session.sign_in_strength in _STRONG and now() - session.signed_in_at <= FRESH
