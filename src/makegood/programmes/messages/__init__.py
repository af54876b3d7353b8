"""What a programme tells people: messages beside the programme, checked like it."""

from makegood.programmes.messages.lengths import (
    LMS_BYTES_MAX,
    SMS_BYTES_MAX,
    SUBJECT_BYTES_MAX,
    SmsKind,
    encoded,
    sms_bytes,
    sms_kind,
    unwritable,
)
from makegood.programmes.messages.model import MessagesFile, SentBy, TemplateKind
from makegood.programmes.messages.names import (
    NAMES,
    OF_AN_ITEM,
    common_values,
    longest_values,
    option_titles,
)
from makegood.programmes.messages.occasions import Occasion, longest_text, occasions
from makegood.programmes.messages.reading import (
    check_messages_content,
    find_in_messages_beside,
    load_messages,
    load_messages_beside,
    messages_path,
    parsed_messages,
)
from makegood.programmes.messages.templates import MessageTemplates, Rendered, Template

__all__ = [
    "LMS_BYTES_MAX",
    "NAMES",
    "OF_AN_ITEM",
    "SMS_BYTES_MAX",
    "SUBJECT_BYTES_MAX",
    "MessageTemplates",
    "MessagesFile",
    "Occasion",
    "Rendered",
    "SentBy",
    "SmsKind",
    "Template",
    "TemplateKind",
    "check_messages_content",
    "common_values",
    "encoded",
    "find_in_messages_beside",
    "load_messages",
    "load_messages_beside",
    "longest_text",
    "longest_values",
    "messages_path",
    "occasions",
    "option_titles",
    "parsed_messages",
    "sms_bytes",
    "sms_kind",
    "unwritable",
]
