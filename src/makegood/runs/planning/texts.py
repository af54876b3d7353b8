"""What shipments of a run say besides their items, by the programme they were planned from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from makegood.kernel import Finding, MakegoodError
from makegood.runs.kinds import RunKind
from makegood.runs.planning.done import month_of

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.publication import Published
    from makegood.runs.planning.due import Due

MESSAGES = frozenset({RunKind.NOTICE, RunKind.REMINDER})


def texts_of(programme: Programme, published: Published, due: Due) -> dict[str, str]:
    """The texts: of a message its template and values, else the measure's words and numbers.

    Words are in the programme's leading language. Raises MakegoodError MG867 where the programme
    has no message for the occasion.
    """
    if due.kind in MESSAGES:
        return _message(programme, published, due)
    language, measure = programme.languages[0], programme.measures[due.measure]
    section = measure.section
    texts = {
        "programme": programme.section.title[language],
        "operator": programme.section.operator[language],
        "measure": section.title[language],
        "statement": f"{programme.section.operator[language]} {section.title[language]}",
        "time_zone": programme.section.time_zone,
    }
    if section.grant:
        texts |= {"unit": section.grant.unit[language], "months": str(section.grant.months)}
    if month := month_of(due.period):
        texts["month"] = month  # which month a top-up of a grant makes up for
    if section.uplift:
        texts |= {
            "of": section.uplift.of[language],
            "percent": str(section.uplift.percent),
            "until": section.uplift.until.isoformat(),
        }
    if section.choice:
        texts["months"] = str(section.choice.months)
    if section.cover:
        texts["months"] = str(section.cover.months)
        texts["against"] = ", ".join(each[language] for each in section.cover.against)
    for part in (section.refund, section.discount):
        if part and part.bill:
            texts["bill"] = part.bill
            texts["bill_by"] = part.bill_by or part.bill
    return texts


def _message(programme: Programme, published: Published, due: Due) -> dict[str, str]:
    from makegood.channels.messages import message_texts
    from makegood.programmes import SentBy, TemplateKind

    kind, at = TemplateKind(due.kind.value), _local(due, programme)
    messages = published.load_messages(programme)
    if messages is not None:
        template = messages.of(kind, due.measure, by=SentBy(due.channel.value), at=at)
        if template is not None:
            says = _says(programme, due, at)
            return message_texts(programme, messages, template, due.measure, says=says)
    what = f"{due.kind.value} of {at:%Y-%m-%d %H:%M}"
    message = f"'{programme.identifier}' has no message for the {what} by {due.channel.value}"
    hint = "write one in messages.yaml beside the programme, and publish both"
    raise MakegoodError(Finding("MG867", message, hint))


def _local(due: Due, programme: Programme) -> datetime:
    at = due.due_at.astimezone(ZoneInfo(programme.section.time_zone))
    return at.replace(tzinfo=None)


def _says(programme: Programme, due: Due, at: datetime) -> str:
    language = programme.languages[0]
    for notice in programme.section.notices:
        if notice.at == at and (notice.measure or "") == due.measure:
            return notice.says[language]
    return ""
