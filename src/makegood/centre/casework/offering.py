"""What a case's page needs of its reader: the purpose of their work, and names for actors."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from makegood.cases import Case, read_case_number
from makegood.centre.offering import purposes_that_fit
from makegood.kernel import MakegoodError
from makegood.trust.access import Visitor
from makegood.trust.policy import Act, Purpose
from makegood.trust.staff import shown_names, visitor_of

_UNKNOWN_CASE = "MG660"


def purpose_of(visitor: Visitor, case: Case | None = None, act: Act = Act.HANDLE_CASE) -> str:
    """What the visitor's work on a case is for: by the case's kind, or what their roles are for."""
    fitting = purposes_that_fit(visitor.principal, act)
    wished = case.purpose if case else Purpose.CUSTOMER_REQUEST.value
    if wished in fitting or not fitting:
        return wished
    return Purpose.CLAIM_HANDLING.value if Purpose.CLAIM_HANDLING in fitting else fitting[0]


def number_in(address: str) -> str:
    """The case number of an address. Raises Http404 where it cannot be one."""
    number = read_case_number(address)
    if number is None:
        raise Http404
    return number


def missing_is_not_found(error: MakegoodError) -> None:
    """Raises Http404 where the error says that there is no such case, else the error."""
    if error.findings[0].code == _UNKNOWN_CASE:
        raise Http404 from error
    raise error


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Who acted, for people: members by name, customers and the pages by what they are."""
    known = list(actors)
    names = shown_names(known)
    said = {"customer": _("The customer"), "system": _("The customers' pages")}
    for actor in known:
        kind, _separator, _rest = actor.partition(":")
        names.setdefault(actor, said.get(kind, actor))
    return names


def visitor_and_number(request: HttpRequest, address: str) -> tuple[Visitor, str]:
    """Who asks, and about which case."""
    return visitor_of(request), number_in(address)
