"""What a site tells where a page cannot be given; its words and its look are the site's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from makegood.kernel import MakegoodError
from makegood.trust.access import Refused

Told: TypeAlias = Callable[[HttpRequest, HTTPStatus, str, str], HttpResponse]
"""A site's page that tells something: of a request the status, a title and words."""


class FindingsMiddleware(ABC):
    """Tells a refusal of the gate, and a finding that no page has put into words, as a page.

    A site says how by ``refused`` and ``found_wrong``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what is behind."""
        return self._next(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal or a finding; None for anything else."""
        if isinstance(error, Refused):
            return self.refused(request, error)
        if isinstance(error, MakegoodError):
            return self.found_wrong(request, error)
        return None

    @abstractmethod
    def refused(self, request: HttpRequest, error: Refused) -> HttpResponse:
        """The page of a refusal."""

    @abstractmethod
    def found_wrong(self, request: HttpRequest, error: MakegoodError) -> HttpResponse:
        """The page of a finding."""


def page_of(
    told: Told, status: HTTPStatus, title: Promise, words: Promise
) -> Callable[..., HttpResponse]:
    """A view of Django's that tells these words, whatever Django says besides of the reason."""

    def view(request: HttpRequest, *_why: object, **_named_why: object) -> HttpResponse:
        return told(request, status, str(title), str(words))

    return view
