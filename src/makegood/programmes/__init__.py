"""The programme file: its model, its checks, its loader, its words."""

from makegood.programmes.actions import Action, ActionKind
from makegood.programmes.calendar import calendar
from makegood.programmes.description import describe
from makegood.programmes.formats import (
    date_text,
    fact_text,
    moment_text,
    month_text,
    number_text,
)
from makegood.programmes.loader import check_programme, check_text, load_programme, load_text
from makegood.programmes.model import KINDS, ProgrammeFile, Section
from makegood.programmes.phrases import LANGUAGES, phrase, template
from makegood.programmes.programme import Base, Exclusion, Measure, Programme
from makegood.programmes.schema import json_schema
from makegood.programmes.source import (
    Document,
    parse_document,
    read_document,
    sorted_findings,
    validate,
)

__all__ = [
    "KINDS",
    "LANGUAGES",
    "Action",
    "ActionKind",
    "Base",
    "Document",
    "Exclusion",
    "Measure",
    "Programme",
    "ProgrammeFile",
    "Section",
    "calendar",
    "check_programme",
    "check_text",
    "date_text",
    "describe",
    "fact_text",
    "json_schema",
    "load_programme",
    "load_text",
    "moment_text",
    "month_text",
    "number_text",
    "parse_document",
    "phrase",
    "read_document",
    "sorted_findings",
    "template",
    "validate",
]
