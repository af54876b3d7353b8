"""Who of the staff may sign in to a demonstration: a member for each desk there is."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from makegood.kernel import SystemClock
from makegood.trust.policy import DeviceTrust, Network, Role, SignIn

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.staff import Member

_REHEARSED: Mapping[str, str] = {
    "author": "writes and publishes programmes, sets how many customers enter at once",
    "approver": "approves programmes and runs",
    "officer": "payments: plans and releases runs, claims, documents",
    "second-officer": "the second person for payments",
    "supervisor": "claims that persons decide, exceptions, cases",
    "second-supervisor": "the second person for exceptions",
    "call-centre": "support centre: finds customers, acts for them, cases, callbacks",
    "shop": "the counter of a shop, at the address told with the sites: consent, applications",
}
"""What each can be tried for; the rehearsal has employed them."""
_BESIDES: Mapping[str, tuple[Role, str]] = {
    "auditor": (Role.AUDITOR, "who looked at whom, the month's review, verifying the log"),
    "privacy": (Role.PRIVACY_OFFICER, "people's rights to their data, the month's review"),
    "security": (Role.SECURITY_OFFICER, "staff, devices, sessions, keys, policies"),
    # The last: once both can sign in, every further member takes two persons.
    "second-security": (Role.SECURITY_OFFICER, "the second person for staff, keys and policies"),
}
_STEP_SECONDS = 30


def employ_at_pages() -> tuple[Mapping[str, str], ...]:
    """Passwords and authenticators for the members of the rehearsal, and for those it lacks."""
    from makegood.trust.access import Visitor
    from makegood.trust.staff import add_member, member_named

    made = [
        _let_in(member_named(f"{desk}.rehearsal"), desk, tries)
        for desk, tries in _REHEARSED.items()
    ]
    console = Visitor.console("demo")
    for desk, (role, tries) in _BESIDES.items():
        member, _ = add_member(console, f"{desk}.rehearsal", name=desk, roles=[role])
        made.append(_let_in(member, desk, tries))
    return tuple(made)


def _let_in(member: Member, desk: str, tries: str) -> Mapping[str, str]:
    """A password and an authenticator for a member; what they are told stands in the answer."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    password, secret = f"demo-{secrets.token_hex(4)}", generate_totp_secret()
    member.set_password(password)
    member.save()
    TOTP.activate(member, secret)
    return {
        "sign_in_name": member.sign_in_name,
        "password": password,
        "authenticator": secret,
        "desk": desk,
        "tries": tries,
    }


def officer_besides(member: Member) -> Visitor:
    """A security officer of the demonstration at their desk, and not this member.

    Two persons vouch for a device: who has asked for it, and another.
    """
    from makegood.trust.access import Visitor
    from makegood.trust.clock import now
    from makegood.trust.staff import member_named, principal_of

    officers = (f"{desk}.rehearsal" for desk in ("security", "second-security"))
    name = next(name for name in officers if name != member.sign_in_name)
    return Visitor(
        principal_of(member_named(name)),
        "demo-devices",
        DeviceTrust.ENROLLED,
        SignIn.PASSKEY,
        now(),
        Network.OFFICE,
        "127.0.0.1",
    )


def authenticator_code(secret: str, at_seconds: int | None = None) -> str:
    """What an authenticator with this secret shows: six digits (RFC 6238, RFC 4226 5.3).

    ``at_seconds`` counts from 1970; now without it.
    """
    instant = int(SystemClock().now().timestamp()) if at_seconds is None else at_seconds
    steps = instant // _STEP_SECONDS
    digest = hmac.digest(base64.b32decode(secret), steps.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
