"""Every address of a site, as Django's resolver knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

PORTAL = "makegood.project.portal_urls"
STAFF = "makegood.project.urls"


@dataclass(frozen=True)
class Pattern:
    """One pattern of addresses: its name within the site, and what its parts are called."""

    name: str
    parts: tuple[str, ...]


def patterns(urlconf: str) -> list[Pattern]:
    """All patterns of a site, in their order."""
    return list(_below(get_resolver(urlconf), "", ()))


def _below(resolver: URLResolver, space: str, before: tuple[str, ...]) -> Iterator[Pattern]:
    for each in resolver.url_patterns:
        parts = (*before, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _below(each, inner, parts)
        else:
            assert isinstance(each, URLPattern)
            assert each.name, f"an address without a name: {each.pattern}"
            yield Pattern(space + each.name, parts)
