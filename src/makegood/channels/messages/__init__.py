"""SMS and e-mail: texts, spool, delivery reports, codes that can be confirmed."""

from makegood.channels.messages.codes import canonical_code
from makegood.channels.messages.confirming import Confirmed, confirm
from makegood.channels.messages.languages import keep_language, languages_of
from makegood.channels.messages.mail import NO_MAIL, MailChannel
from makegood.channels.messages.one_time import (
    CODE_MINUTES,
    KEPT_DAYS,
    CodeCount,
    code_counts,
    codes_among,
    codes_heard,
    is_code,
    remove_old_codes,
    send_code,
)
from makegood.channels.messages.problems import no_such_code
from makegood.channels.messages.quiet_hours import may_leave_at
from makegood.channels.messages.short_messages import Messages, ShortMessage, Spool
from makegood.channels.messages.sms import NO_PHONE, SmsChannel
from makegood.channels.messages.words import message_texts

__all__ = [
    "CODE_MINUTES",
    "KEPT_DAYS",
    "NO_MAIL",
    "NO_PHONE",
    "CodeCount",
    "Confirmed",
    "MailChannel",
    "Messages",
    "ShortMessage",
    "SmsChannel",
    "Spool",
    "canonical_code",
    "code_counts",
    "codes_among",
    "codes_heard",
    "confirm",
    "is_code",
    "keep_language",
    "languages_of",
    "may_leave_at",
    "message_texts",
    "no_such_code",
    "remove_old_codes",
    "send_code",
]
