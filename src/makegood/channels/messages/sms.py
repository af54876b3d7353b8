"""Short messages as a channel: made here, carried by a spool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from makegood.channels.contract import ChannelName, Incoming, Outcome, Shipment, Taken
from makegood.channels.messages.confirming import give_codes
from makegood.channels.messages.people import Recipient, recipients
from makegood.channels.messages.problems import not_set_up
from makegood.channels.messages.results import Answer, Results
from makegood.channels.messages.short_messages import ShortMessage, Spool
from makegood.channels.messages.spool import FolderSpool
from makegood.channels.messages.words import Words
from makegood.kernel import Finding
from makegood.programmes import (
    LMS_BYTES_MAX,
    SUBJECT_BYTES_MAX,
    SentBy,
    SmsKind,
    sms_bytes,
    sms_kind,
    unwritable,
)
from makegood.trust.clock import now
from makegood.trust.vault import canonical_phone

if TYPE_CHECKING:
    from makegood.configuration import Settings

NO_PHONE = "no_phone"
TOO_LONG = "too_long"
NOT_WRITABLE = "not_writable"


class SmsChannel:
    """Short messages. Who has no telephone number is answered at once with ``no_phone``."""

    name = ChannelName.SMS

    def __init__(self, settings: Settings, spool: Spool | None = None) -> None:
        """Raises MakegoodError MG820 where the sender's number is not set."""
        if not settings.sms_sender:
            raise not_set_up("sms_sender", "a short message")
        self._sender = settings.sms_sender.replace("-", "")
        self._spool = spool or FolderSpool(settings, self._sender)
        self._own = Results(self.name, settings.exchange_folder / self.name / "own")

    def earliest(self, shipment: Shipment, now: datetime) -> datetime:
        """Not between 21:00 and 08:00 in the programme's zone, unless it is urgent."""
        return Words.of(shipment, SentBy.SMS).quiet_until(now)

    def send(self, shipment: Shipment) -> str:
        """Give a shipment to the spool; the hash of what left.

        Codes are given out and unreachable recipients answered before anything leaves.
        """
        words = Words.of(shipment, SentBy.SMS)
        own = self._own.of(shipment.message_id)
        # Those who cannot be reached are not in what leaves.
        outside = replace(shipment, count=shipment.count - (own.num_rows if own else 0))
        until = words.deliver_until(now())
        return self._spool.put(outside, lambda: self._made(shipment, words), until)

    def taken(self, shipment: Shipment) -> Taken:
        """Whether the spool's other side has it."""
        return self._spool.taken(shipment)

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Ask the other side about messages without a delivery report."""
        self._spool.ask(shipment, keys)

    def incoming(self) -> Iterator[Incoming]:
        """Own answers, then delivery reports."""
        yield from self._own.incoming()
        yield from self._spool.incoming()

    def put_away(self, incoming: Incoming) -> None:
        """It was applied. Again is harmless."""
        (self._own if self._own.holds(incoming) else self._spool).put_away(incoming)

    def findings(self) -> list[Finding]:
        """Why files that came in were put aside."""
        return self._spool.findings()

    def _made(self, shipment: Shipment, words: Words) -> Iterator[ShortMessage]:
        """The messages of a shipment. Before the first is given, the others are answered."""
        before = self._own.of(shipment.message_id)
        failed = set(before["key"].to_pylist()) if before is not None else set[str]()
        answers: list[Answer] = []
        made: list[ShortMessage] = []
        for some in recipients(shipment):
            codes = give_codes(shipment, words, [each.key for each in some])
            for recipient in some:
                if recipient.key in failed:
                    continue
                found = _message(words, recipient, codes[recipient.key])
                if isinstance(found, ShortMessage):
                    made.append(found)
                elif before is None:
                    answers.append(_failed(recipient, found))
        self._own.keep(shipment.message_id, answers)
        return iter(made)


def _message(words: Words, recipient: Recipient, code: str) -> ShortMessage | str:
    """A message, or why there is none."""
    phone = canonical_phone(recipient.person.phone) if recipient.person else None
    if not phone:
        return NO_PHONE
    said = words.rendered(code, recipient.amount, recipient.detail)
    kind = sms_kind(said.text)
    subject = said.subject if kind is SmsKind.LMS else ""
    if unwritable(said.text) or unwritable(subject):
        return NOT_WRITABLE
    if sms_bytes(said.text) > LMS_BYTES_MAX or sms_bytes(subject) > SUBJECT_BYTES_MAX:
        return TOO_LONG
    return ShortMessage(recipient.key, recipient.attempt, phone, kind, subject, said.text)


def _failed(recipient: Recipient, code: str) -> Answer:
    return {
        "key": recipient.key,
        "attempt": recipient.attempt,
        "outcome": Outcome.FAILED.value,
        "code": code,
        "at": now(),
    }
