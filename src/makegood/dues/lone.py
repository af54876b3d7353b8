"""An application whose line has no card for its customer, told from itself and the programme.

What one applied for stays one's own: it is paid, comes back or is refused, and its messages come,
whoever holds the line by now, and also where the facts lack the line, or the programme has what
it was for no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from makegood.dues.claimed import claim_standing, own_document
from makegood.dues.steps import after_applying
from makegood.dues.telling import Telling
from makegood.dues.values import LoneClaim
from makegood.redress.claims import Claim
from makegood.redress.serving import programme_in_force
from makegood.trust.clock import now


def lone_claim(claim: Claim, lines: Sequence[str], language: str) -> LoneClaim:
    """The application in words, by the programme in force; ``lines`` are its customer's, in order.

    Raises MakegoodError MG632.
    """
    (told,) = lone_claims([claim], lines, language)
    return told


def lone_claims(
    claims: Iterable[Claim], lines: Sequence[str], language: str
) -> tuple[LoneClaim, ...]:
    """Several of one customer, in their order; each programme is looked at once."""
    tellings: dict[str, Telling] = {}
    told = []
    for claim in claims:
        name = claim.programme
        if name not in tellings:
            tellings[name] = Telling.of(programme_in_force(name), language, now())
        with override(tellings[name].language):
            told.append(_told(claim, lines, tellings[name]))
    return tuple(told)


def line_name(number: int) -> str:
    """What a customer's line is called, by its place among all of theirs, from 1."""
    return _("Line %(number)s") % {"number": number}


def _told(claim: Claim, lines: Sequence[str], telling: Telling) -> LoneClaim:
    measure, centre = (
        telling.programme.measures.get(claim.measure),
        telling.programme.section.centre,
    )
    standing = claim_standing(claim, telling)
    is_theirs = claim.line_id in lines
    return LoneClaim(
        programme=claim.programme,
        measure=claim.measure,
        # An amended programme may have the measure no more.
        title=measure.section.title[telling.language] if measure else _("Your application"),
        name_of_line=line_name(lines.index(claim.line_id) + 1) if is_theirs else _("Another line"),
        document_wanted=own_document(claim, telling),
        claim=standing,
        steps=tuple(after_applying(standing)),
        language=telling.language,
        phone=centre.phone if centre else "",
    )
