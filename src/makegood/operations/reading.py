"""What operators' pages ask before they show anything, and what they call things."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.programmes import Programme, moment_text
from makegood.redress.serving import programme_in_force
from makegood.trust.access import Visitor, permit, policies
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.staff import shown_names, visitor_of


def reader(request: HttpRequest) -> Visitor:
    """Who looks at programmes and runs; the gate has let them. Raises Refused MG770."""
    visitor = visitor_of(request)
    with transaction.atomic():
        permit(visitor, Act.READ_RUNS, Resource(ResourceKind.RUN), purpose=Purpose.OPERATION)
    return visitor


def may(visitor: Visitor, *acts: Act) -> bool:
    """Whether a role of theirs has one of the acts: what to offer. The gate decides the act."""
    in_force = policies()
    return any(visitor.principal.roles & in_force.who_may(act) for act in acts)


def spoken(programme: Programme) -> str:
    """The page's language where the programme has it, else the programme's leading one."""
    return language() if language() in programme.languages else programme.languages[0]


def in_force_or_none(name: str) -> Programme | None:
    """The programme in force; None where there is none, or where its text was changed."""
    try:
        return programme_in_force(name)
    except MakegoodError:
        return None


def measure_title(programme: Programme | None, measure: str) -> str:
    """What a measure is called; its name where this programme does not have it."""
    found = programme.measures.get(measure) if programme else None
    return found.section.title[spoken(programme)] if found and programme else measure


def exclusion_words(programme: Programme | None, measure: str) -> dict[str, str]:
    """By name of an exclusion what is said of it; empty where nobody knows the measure."""
    found = programme.measures.get(measure) if programme else None
    if programme is None or found is None:
        return {}
    words = spoken(programme)
    return {each.name: each.because[words] for each in found.exclusions}


def money_text(programme: Programme | None, amount: int | None) -> str:
    """An amount in minor units as the page's language writes it; empty for none."""
    if amount is None:
        return ""
    if programme is None:
        return f"{amount:,}"
    return programme.currency.text(amount, spoken(programme))


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """Who did something, for people, by actor; an actor of another kind is left away."""
    found, asked = shown_names(actors := [*actors]), set(actors)
    for actor in asked - set(found):
        kind, _colon, name = actor.partition(":")
        match kind:
            case "system":
                found[actor] = _("the program itself")
            case "console":
                found[actor] = _("%(name)s at the console") % {"name": name}
            case "customer":
                found[actor] = _("customer %(number)s") % {"number": name}
    return found


def at_text(moment: datetime | None) -> str:
    """An instant in the installation's zone, in words; empty for none."""
    return moment_text(timezone.localtime(moment), language(), firm=True) if moment else ""
