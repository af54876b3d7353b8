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
    Link(
        "overview",
        _("Overview"),
        (Act.READ_RUNS, Act.LIST_CLAIMS, Act.READ_LEDGER, Act.VERIFY_LOG),
    ),
    Link("centre:look_up", _("Look up a person"), (Act.LOOK_UP,)),
    Link("centre:cases", _("Cases"), (Act.READ_CASE_NOTES,)),
    Link("centre:knowledge", _("Knowledge"), (Act.READ_CASE_NOTES,)),
    Link("programmes", _("Programmes"), (Act.READ_RUNS,)),
    Link("runs", _("Runs"), (Act.READ_RUNS,)),
    Link("money", _("Money"), (Act.READ_LEDGER,)),
    Link("claims", _("Applications"), (Act.READ_LEDGER, Act.LIST_CLAIMS)),
    Link("notices", _("Messages"), (Act.READ_RUNS,)),
    Link("proposals", _("Proposals"), (Act.READ_PROPOSALS,)),
    Link("members", _("Staff"), (Act.READ_STAFF,)),
    Link("log", _("Log"), (Act.READ_LOG,)),
    Link("accesses", _("Audit"), (Act.READ_LOG,)),
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
    places = [
        (link.words, reverse(link.name))
        for link in _MENU
        if not link.acts or any(roles & in_force.who_may(act) for act in link.acts)
    ]
    # The nearest one: some places lie within others.
    above = [address for _words, address in places if request.path.startswith(address)]
    here = max(above, key=len, default="")
    return [
        {"words": words, "address": address, "is_here": address == here}
        for words, address in places
    ]
