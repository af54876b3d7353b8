"""Who works here: members of staff, how they sign in, their sessions and devices.

The face opens on first use: Django reads this package before its models can be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makegood.trust.staff.adapters import AccountAdapter, MFAAdapter, SocialAdapter
    from makegood.trust.staff.agreeing import concerned_by
    from makegood.trust.staff.company import provider_settings
    from makegood.trust.staff.console import (
        console_visitor,
        os_user,
        sign_in_at_console,
        sign_out_at_console,
    )
    from makegood.trust.staff.devices import (
        approve_device,
        ask_for_device,
        devices_known,
        devices_of,
        devices_waiting,
        give_device_cookie,
        revoke_device,
    )
    from makegood.trust.staff.enrolment import keep_invited, may_add_factor
    from makegood.trust.staff.factors import (
        can_be_removed,
        must_enrol,
        reseal_secrets,
        sealed_secrets,
        strong_factors,
    )
    from makegood.trust.staff.guessing import locked, release, release_key
    from makegood.trust.staff.headers import LANGUAGE_COOKIE, put_headers
    from makegood.trust.staff.invitations import accept, invited
    from makegood.trust.staff.members import (
        GIVEN,
        activate,
        add_member,
        all_members,
        deactivate,
        give_roles,
        invite_again,
        member_named,
        shown_names,
    )
    from makegood.trust.staff.models import Device, Guesses, Member, Session
    from makegood.trust.staff.provider import begin, come_back, is_tied
    from makegood.trust.staff.requests import standing
    from makegood.trust.staff.session_store import SessionStore
    from makegood.trust.staff.sessions import (
        all_open_sessions,
        end_every_session,
        open_sessions,
        revoke_session,
    )
    from makegood.trust.staff.tidying import forget_expired
    from makegood.trust.staff.visitors import principal_of, visitor_of

_PLACES = {
    "adapters": ("AccountAdapter", "MFAAdapter", "SocialAdapter"),
    "agreeing": ("concerned_by",),
    "console": ("console_visitor", "os_user", "sign_in_at_console", "sign_out_at_console"),
    "company": ("provider_settings",),
    "devices": (
        "approve_device",
        "ask_for_device",
        "devices_known",
        "devices_of",
        "devices_waiting",
        "give_device_cookie",
        "revoke_device",
    ),
    "enrolment": ("keep_invited", "may_add_factor"),
    "factors": (
        "can_be_removed",
        "must_enrol",
        "reseal_secrets",
        "sealed_secrets",
        "strong_factors",
    ),
    "guessing": ("locked", "release", "release_key"),
    "headers": ("LANGUAGE_COOKIE", "put_headers"),
    "invitations": ("accept", "invited"),
    "members": (
        "GIVEN",
        "activate",
        "add_member",
        "deactivate",
        "give_roles",
        "invite_again",
        "all_members",
        "member_named",
        "shown_names",
    ),
    "models": ("Device", "Guesses", "Member", "Session"),
    "provider": ("begin", "come_back", "is_tied"),
    "requests": ("standing",),
    "session_store": ("SessionStore",),
    "sessions": ("all_open_sessions", "end_every_session", "open_sessions", "revoke_session"),
    "tidying": ("forget_expired",),
    "visitors": ("principal_of", "visitor_of"),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "GIVEN",
    "LANGUAGE_COOKIE",
    "AccountAdapter",
    "Device",
    "Guesses",
    "MFAAdapter",
    "Member",
    "Session",
    "SessionStore",
    "SocialAdapter",
    "accept",
    "activate",
    "add_member",
    "all_members",
    "all_open_sessions",
    "approve_device",
    "ask_for_device",
    "begin",
    "can_be_removed",
    "come_back",
    "concerned_by",
    "console_visitor",
    "deactivate",
    "devices_known",
    "devices_of",
    "devices_waiting",
    "end_every_session",
    "forget_expired",
    "give_device_cookie",
    "give_roles",
    "invite_again",
    "invited",
    "is_tied",
    "keep_invited",
    "locked",
    "may_add_factor",
    "member_named",
    "must_enrol",
    "open_sessions",
    "os_user",
    "principal_of",
    "provider_settings",
    "put_headers",
    "release",
    "release_key",
    "reseal_secrets",
    "revoke_device",
    "revoke_session",
    "sealed_secrets",
    "shown_names",
    "sign_in_at_console",
    "sign_out_at_console",
    "standing",
    "strong_factors",
    "visitor_of",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as many kinds as names
    """What the face shows, fetched where it is kept. Raises AttributeError for anything else."""
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{place}"), name)
