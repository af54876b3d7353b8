"""How much a run of a grant brings in all, as words."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from makegood.kernel import MakegoodError
from makegood.operations.frame import language
from makegood.operations.reading import in_force_or_none
from makegood.programmes import month_text, number_text
from makegood.runs import RunKind, RunRow, month_of, quantity_of_run
from makegood.trust.access import Visitor


def quantity_words(visitor: Visitor, run: RunRow) -> str:
    """What a grant, or a top-up of one, brings in all; empty of others, or without its folder."""
    month = month_of(run.period)
    if run.kind is not RunKind.GRANT and not month:
        return ""
    try:
        quantity = quantity_of_run(settings.INSTALLATION, visitor, run.run_id)
    except MakegoodError:
        return ""  # the checks of the run tell what is wrong with its folder
    words = number_text(quantity, language(), _unit(run))
    if not month:
        return words
    said = {"quantity": words, "month": month_text(month, language())}
    return _("%(quantity)s, missing of %(month)s") % said


def _unit(run: RunRow) -> str:
    """The unit that the run was planned with, in the page's language where it is still so named."""
    planned = run.texts.get("unit", "")
    programme = in_force_or_none(run.programme)
    measure = programme.measures.get(run.measure) if programme else None
    grant = measure.section.grant if measure else None
    if grant and planned in grant.unit.values():
        return grant.unit.get(language(), planned)
    return planned
