"""Who is covered against what and how long, gathered for a line that the insurer has enrolled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from makegood.certificates.paper import Paper, pdf_of
from makegood.certificates.problems import not_enrolled
from makegood.certificates.words import WORDS
from makegood.kernel import pay_once_key, plus_months
from makegood.programmes import contract_of, date_text
from makegood.redress.claims import ClaimState, claims_of
from makegood.redress.serving import LineStanding, decision_of, owner_of
from makegood.runs import RunKind, arrivals_of
from makegood.trust.access import Visitor, permit
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind
from makegood.trust.vault import mask_name, open_persons

if TYPE_CHECKING:
    from makegood.programmes import Measure
    from makegood.runs import Arrived

_DONE = "done"
_GROUP = 8


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: its number, its period, and the PDF."""

    number: str
    first_day: date
    last_day: date
    content: bytes = field(repr=False)


def certificate_of(
    visitor: Visitor,
    programme: str,
    measure: str,
    line_id: str,
    language: str,
    *,
    name_of_line: str,
    purpose: str = Purpose.CUSTOMER_REQUEST,
    case: str = "",
) -> Certificate:
    """The certificate of a line's cover; the same bytes as long as the same facts hold.

    ``name_of_line`` is what the page calls the line. The name on it is masked. Raises MakegoodError
    MG687 where the insurer has not enrolled the line, or for somebody who held it before, Refused
    MG770, and as ``decision_of``.
    """
    standing = decision_of(programme, line_id)
    section = standing.programme.measures.get(measure)
    if section is None or section.section.cover is None:
        raise not_enrolled()
    enrolled = _enrolment(standing, measure)
    with transaction.atomic(durable=True):
        _expect_theirs(standing, measure)
        permit(
            visitor,
            Act.READ_CLAIMS,
            Resource(ResourceKind.CUSTOMER, standing.customer_id),
            purpose=purpose,
            case=case,
            details={"programme": programme, "measure": measure, "what": "certificate"},
        )
        person = open_persons([standing.customer_id]).get(standing.customer_id)
    number = certificate_number(standing, measure, enrolled.period)
    first, last = period_of(section, enrolled.due_on)
    name = mask_name(person.name) if person else ""
    rows = _rows(standing, section, language, name, name_of_line, enrolled.due_on)
    content = pdf_of(_paper(standing, section, language, number, list(rows), enrolled.due_on))
    return Certificate(number, first, last, content)


def certificate_number(standing: LineStanding, measure: str, period: str) -> str:
    """The pay-once key under which the insurer was told, in groups of eight letters."""
    contract = contract_of(standing.programme, standing.values)
    key = pay_once_key(standing.programme.identifier, measure, standing.line_id, contract, period)
    return "-".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP))


def period_of(measure: Measure, enrolled_on: date) -> tuple[date, date]:
    """First and last day of a cover for who was enrolled on a day.

    Where the programme names the first day, all covers end together, however late one enrols.
    """
    cover = measure.section.cover
    if cover is None:
        raise ValueError("only covers have a period")
    begins = cover.since or enrolled_on
    return max(begins, enrolled_on), plus_months(begins, cover.months) - timedelta(days=1)


def _enrolment(standing: LineStanding, measure: str) -> Arrived:
    """The item by which the insurer enrolled the line for its holder: theirs, or nobody's by name.

    Raises MakegoodError MG687.
    """
    programme, customer = standing.programme.identifier, standing.customer_id
    for item in arrivals_of(settings.INSTALLATION, [programme], [standing.line_id]).items:
        if (item.kind, item.measure, item.outcome) != (RunKind.COVER, measure, _DONE):
            continue
        if not item.customer_id or owner_of(item, standing.first_holder) == customer:
            return item
    raise not_enrolled()


def _expect_theirs(standing: LineStanding, measure: str) -> None:
    """Where the cover was applied for, the line's holder did. Raises MakegoodError MG687."""
    owners = {
        owner_of(claim, standing.first_holder)
        for claim in claims_of(standing.line_id)
        if (claim.programme, claim.measure) == (standing.programme.identifier, measure)
        and claim.state in (ClaimState.PAYING, ClaimState.PAID)
    }
    if owners and standing.customer_id not in owners:
        raise not_enrolled()


def _rows(
    standing: LineStanding,
    measure: Measure,
    language: str,
    name: str,
    name_of_line: str,
    enrolled_on: date,
) -> Iterator[tuple[str, str]]:
    words = WORDS[language]
    section = standing.programme.section
    first, last = period_of(measure, enrolled_on)
    span = {"first": date_text(first, language), "last": date_text(last, language)}
    yield words["holder"], name
    yield words["line"], name_of_line
    yield words["period"], words["period_text"].format(**span)
    cover = measure.section.cover
    if cover is not None and cover.insurer is not None:
        yield words["insurer"], cover.insurer[language]
    yield words["enrolled"], date_text(enrolled_on, language)
    yield words["operator"], section.operator[language]
    yield words["programme"], section.title[language]


def _paper(
    standing: LineStanding,
    measure: Measure,
    language: str,
    number: str,
    rows: list[tuple[str, str]],
    dated: date,
) -> Paper:
    words, section, cover = WORDS[language], measure.section, measure.section.cover
    return Paper(
        language=language,
        title=words["title"],
        subject=f"{section.title[language]} {number}",
        operator=standing.programme.section.operator[language],
        measure=section.title[language],
        rows=[(words["number"], number), *rows],
        against_title=words["against"],
        against=[each[language] for each in cover.against] if cover else [],
        promise_title=words["promise"],
        promise=section.promise[language],
        about=words["about"],
        ask=words["ask"],
        dated=dated,
    )
