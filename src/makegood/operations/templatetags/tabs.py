"""The tabs of pages that belong together, as far as their reader's roles go."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from makegood.operations.rights import may
from makegood.trust.policy import Act
from makegood.trust.staff import visitor_of

register = template.Library()
_OF_CLAIMS = (
    ("claims", _("By day"), (Act.READ_LEDGER, Act.READ_CLAIMS)),
    ("open_claims", _("To be done"), (Act.LIST_CLAIMS,)),
    ("undetermined", _("Undetermined lines"), (Act.READ_RUNS,)),
    ("deviating_quotes", _("Quotes"), (Act.READ_DEVIATIONS,)),
)
"""Each address, its words, and the acts of which its reader's roles must have one."""


@register.simple_tag(takes_context=True)
def tabs_of_claims(context: Context) -> list[dict[str, Any]]:
    """The pages about applications that the reader may see: ``words``, ``address``, ``is_here``."""
    request = context["request"]
    visitor, here = visitor_of(request), request.resolver_match.url_name
    return [
        {"words": words, "address": reverse(name), "is_here": name == here}
        for name, words, acts in _OF_CLAIMS
        if may(visitor, *acts)
    ]
