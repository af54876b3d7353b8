"""What every page's frame shows: who is signed in, on what device, and where one can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.trust.access import policies
from makegood.trust.policy import Act
from makegood.trust.staff import must_enrol, standing, visitor_of


@dataclass(frozen=True, slots=True)
class Link:
    """One place of the menu, and the acts of which its reader's roles must have one."""

    name: str
    words: Promise
    acts: tuple[Act, ...]


_MENU = (
    Link("centre:look_up", _("Look up a person"), (Act.LOOK_UP,)),
    Link("proposals", _("Proposals"), (Act.READ_PROPOSALS,)),
    Link("members", _("Staff"), (Act.READ_STAFF,)),
    Link("log", _("Log"), (Act.READ_LOG,)),
    Link("policies", _("Policies"), ()),
)


def language() -> str:
    """The language of the page: ``ko`` or ``en``."""
    return "en" if get_language() == "en" else "ko"


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's values. The menu helps; whether an act is allowed is decided when it is done."""
    try:
        found = standing(request)
    except AttributeError:
        return {"frame": {"language": language()}}
    session = found.session
    enrolled = session is not None and not must_enrol(session.member, session)
    return {
        "frame": {
            "language": language(),
            "other_language": "ko" if language() == "en" else "en",
            "member": session.member if session else None,
            "is_enrolled": enrolled,
            "device_trust": found.device_trust,
            "menu": _menu(request) if enrolled else [],
        }
    }


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    roles = visitor_of(request).principal.roles
    in_force = policies()
    return [
        {
            "words": link.words,
            "address": (address := reverse(link.name)),
            "is_here": request.path.startswith(address),
        }
        for link in _MENU
        if not link.acts or any(roles & in_force.who_may(act) for act in link.acts)
    ]
