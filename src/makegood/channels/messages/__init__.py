"""SMS and e-mail: texts, spool, delivery reports, codes that can be confirmed."""

from makegood.channels.messages.codes import canonical_code
from makegood.channels.messages.confirming import Confirmed, confirm
from makegood.channels.messages.mail import MailChannel
from makegood.channels.messages.problems import no_such_code
from makegood.channels.messages.quiet_hours import may_leave_at
from makegood.channels.messages.short_messages import Messages, ShortMessage, Spool
from makegood.channels.messages.sms import SmsChannel
from makegood.channels.messages.words import message_texts

__all__ = [
    "Confirmed",
    "MailChannel",
    "Messages",
    "ShortMessage",
    "SmsChannel",
    "Spool",
    "canonical_code",
    "confirm",
    "may_leave_at",
    "message_texts",
    "no_such_code",
]
