"""The programme file: its model, its checks, its loader, its words."""

from makegood.programmes.actions import Action, ActionKind
from makegood.programmes.calendar import calendar
from makegood.programmes.contracts import contract_of, contract_sql
from makegood.programmes.description import describe
from makegood.programmes.formats import (
    date_text,
    fact_text,
    moment_text,
    month_text,
    number_text,
)
from makegood.programmes.loader import check_programme, check_text, load_programme, load_text
from makegood.programmes.messages import (
    LMS_BYTES_MAX,
    OF_AN_ITEM,
    SMS_BYTES_MAX,
    SUBJECT_BYTES_MAX,
    MessageTemplates,
    Rendered,
    SentBy,
    SmsKind,
    Template,
    TemplateKind,
    common_values,
    encoded,
    load_messages,
    load_messages_beside,
    longest_values,
    messages_path,
    option_titles,
    parsed_messages,
    sms_bytes,
    sms_kind,
    unwritable,
)
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
    "LMS_BYTES_MAX",
    "OF_AN_ITEM",
    "SMS_BYTES_MAX",
    "SUBJECT_BYTES_MAX",
    "Action",
    "ActionKind",
    "Base",
    "Document",
    "Exclusion",
    "Measure",
    "MessageTemplates",
    "Programme",
    "ProgrammeFile",
    "Rendered",
    "Section",
    "SentBy",
    "SmsKind",
    "Template",
    "TemplateKind",
    "calendar",
    "check_programme",
    "check_text",
    "common_values",
    "contract_of",
    "contract_sql",
    "date_text",
    "describe",
    "encoded",
    "fact_text",
    "json_schema",
    "load_messages",
    "load_messages_beside",
    "load_programme",
    "load_text",
    "longest_values",
    "messages_path",
    "moment_text",
    "month_text",
    "number_text",
    "option_titles",
    "parse_document",
    "parsed_messages",
    "phrase",
    "read_document",
    "sms_bytes",
    "sms_kind",
    "sorted_findings",
    "template",
    "unwritable",
    "validate",
]
