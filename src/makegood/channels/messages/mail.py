"""Mail as a channel: sent over SMTP one by one, remembered step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from email.errors import MessageError
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Final

from makegood.channels.contract import ChannelName, Incoming, Outcome, Shipment, Taken
from makegood.channels.exchange import InOtherHands, PartnerFolders, findings_in, move_new
from makegood.channels.messages.bounces import incoming_notifications
from makegood.channels.messages.confirming import give_codes
from makegood.channels.messages.journal import Journal
from makegood.channels.messages.mail_text import address_of, mail_bytes, mail_id
from makegood.channels.messages.people import Recipient, items_of, recipients
from makegood.channels.messages.problems import (
    contradictory,
    in_other_hands,
    left_behind,
    night,
    no_server,
    not_noted,
    not_set_up,
)
from makegood.channels.messages.results import Answer, Results
from makegood.channels.messages.smtp import Broken, SmtpLine, Unreachable
from makegood.channels.messages.smtp_address import SmtpAddress
from makegood.channels.messages.words import Words
from makegood.kernel import Finding
from makegood.programmes import SentBy
from makegood.trust.clock import now

if TYPE_CHECKING:
    from makegood.configuration import Settings

NO_MAIL: Final = "no_mail"
NO_ANSWER: Final = "no_answer"
NOT_WRITABLE: Final = "not_writable"
_NO_MAIL_OF_IT: Final = (ValueError, LookupError, AttributeError, TypeError, MessageError)
"""What the library of mail raises for words or an address that it cannot put into a header."""

BREAKS_MAX: Final = 3
"""How often in a row the connection may break before the shipment is left for later."""

WAITS_SECONDS: Final = (0.2, 3.0, 20.0)
"""How long is waited before mails that were refused for now (4xx) are tried again."""


class MailChannel:
    """Mail. A shipment that breaks off goes on where it was; nothing of it is sent twice."""

    name = ChannelName.MAIL

    def __init__(self, settings: Settings, wait: Callable[[float], object] = sleep) -> None:
        """Raises MakegoodError MG820 where a setting is missing, MG826 where one is wrong."""
        if not settings.mail_from:
            raise not_set_up("mail_from", "mail")
        self._sender = settings.mail_from
        self._address = SmtpAddress.of(settings)
        self._folders = PartnerFolders.of(settings, self.name)
        self._own = Results(self.name, self._folders.root / "own")
        self._wait = wait
        self._keep_days = settings.mail_keep_days
        self._stuck: list[Finding] = []

    def earliest(self, shipment: Shipment, now: datetime) -> datetime:
        """Not between 21:00 and 08:00 in the programme's zone, unless it is urgent."""
        return Words.of(shipment, SentBy.MAIL).quiet_until(now)

    def send(self, shipment: Shipment) -> str:
        """Send what is not sent of a shipment; a hash over what became of each mail.

        Raises NotSent, or PartlySent where some may have left: MG822 where the server cannot be
        used, MG821 where nothing can be noted, MG828 where the night began; MakegoodError MG827
        where another process sends it just now, MG823.
        """
        words = Words.of(shipment, SentBy.MAIL)
        path, message_id = self._journal(shipment), shipment.message_id
        try:
            with Journal(path) as journal:
                is_done = self._own.of(message_id) is not None
                _expect_of(shipment, journal, is_done=is_done)
                if not is_done:
                    self._deliver(shipment, words, journal)
                    self._own.keep(message_id, _answers(shipment, journal))
                return sha256(path.read_bytes()).hexdigest()
        except InOtherHands:
            raise in_other_hands(message_id) from None
        except OSError as error:
            # Whether any left is in the journal, which cannot be read now.
            raise left_behind(not_noted(message_id, error), some_left=True) from error

    def _deliver(self, shipment: Shipment, words: Words, journal: Journal) -> None:
        line, message_id = SmtpLine(self._address), shipment.message_id
        try:
            line.connect()
            _Delivery(shipment, words, journal, line, self._sender).run(self._wait)
        except (Unreachable, Broken) as error:
            finding = no_server(message_id, str(error))
            raise left_behind(finding, some_left=bool(journal.steps)) from error
        except NightBegan:
            raise left_behind(night(message_id), some_left=bool(journal.steps)) from None
        except OSError as error:
            finding = not_noted(message_id, error)
            raise left_behind(finding, some_left=bool(journal.steps)) from error
        finally:
            line.close()

    def taken(self, shipment: Shipment) -> Taken:
        """Whether every mail of it has been dealt with; unsure while another process is at it."""
        if self._own.of(shipment.message_id) is not None:
            return Taken.YES
        path = self._journal(shipment)
        if not path.exists():
            return Taken.NO
        try:
            with Journal(path) as journal:
                if self._own.of(shipment.message_id) is not None:
                    return Taken.YES
                return Taken.PARTLY if journal.steps else Taken.NO
        except InOtherHands:
            return Taken.UNSURE

    def ask(self, shipment: Shipment, keys: Sequence[str]) -> None:
        """Nothing: no mail server can be asked afterwards. A bounce may still come in."""

    def incoming(self) -> Iterator[Incoming]:
        """What the server said to each mail, then bounces."""
        yield from self._own.incoming()
        folders = self._folders
        _remove_old((folders.done, folders.aside), self._keep_days)
        self._stuck.clear()
        yield from incoming_notifications(
            folders.incoming, folders.aside, folders.done, self._stuck
        )

    def put_away(self, incoming: Incoming) -> None:
        """It was applied. Again is harmless."""
        if self._own.holds(incoming):
            self._own.put_away(incoming)
        elif incoming.path.exists():
            move_new(incoming.path, self._folders.done)

    def findings(self) -> list[Finding]:
        """Why files that came in were put aside, or could not be read the last time."""
        return [*findings_in(self._folders.aside), *self._stuck]

    def _journal(self, shipment: Shipment) -> Path:
        return self._folders.sent / f"{shipment.message_id}.jsonl"


class NightBegan(Exception):
    """The quiet hours began while mails were leaving."""


class _Delivery:
    """The mails of one shipment, on their way."""

    def __init__(
        self, shipment: Shipment, words: Words, journal: Journal, line: SmtpLine, sender: str
    ) -> None:
        self._shipment, self._words = shipment, words
        self._message_id = shipment.message_id
        self._journal, self._line, self._sender = journal, line, sender
        self._breaks = 0
        self._refused: dict[str, str] = {}

    def run(self, wait: Callable[[float], object]) -> None:
        """Deal with every mail.

        Raises Unreachable or Broken where the server is of no use now, NightBegan, OSError.
        """
        deferred: list[tuple[Recipient, str]] = []
        for some in recipients(self._shipment):
            left = [each for each in some if each.key not in self._journal.steps]
            codes = give_codes(self._shipment, self._words, [each.key for each in left])
            of_each = [(each, codes[each.key]) for each in left]
            deferred += [(each, code) for each, code in of_each if self._tried(each, code)]
        for seconds in WAITS_SECONDS:
            if not deferred:
                return
            wait(seconds)
            deferred = [(each, code) for each, code in deferred if self._tried(each, code)]
        for recipient, _ in deferred:
            self._end(recipient, Outcome.FAILED, self._refused[recipient.key])

    def _tried(self, recipient: Recipient, code: str) -> str:
        """Try one mail; the code where it was refused for now, else nothing."""
        instant = now()
        if self._words.quiet_until(instant) > instant:
            raise NightBegan
        to = address_of(recipient.person.email) if recipient.person else None
        if to is None:
            self._end(recipient, Outcome.FAILED, NO_MAIL)
            return ""
        named = mail_id(recipient.key, recipient.attempt, self._message_id, self._sender)
        said = self._words.rendered(code, recipient.amount, recipient.detail)
        try:
            text = mail_bytes(said, named, self._sender, to, instant)
        except _NO_MAIL_OF_IT:
            self._end(recipient, Outcome.FAILED, NOT_WRITABLE)
            return ""
        return self._sent(recipient, to, text)

    def _sent(self, recipient: Recipient, to: str, text: bytes) -> str:
        def begin() -> None:
            self._journal.begin(recipient.key, _instant())

        while True:
            try:
                said = self._line.send(self._sender, to, text, begin)
            except Broken as broken:
                self._breaks += 1
                if broken.after_text:
                    self._end(recipient, Outcome.UNKNOWN, NO_ANSWER)
                if self._breaks >= BREAKS_MAX:
                    raise
                if broken.after_text:
                    return ""
                continue
            self._breaks = 0
            if said.is_taken:
                self._end(recipient, Outcome.DONE, "")
            elif said.is_for_good:
                self._end(recipient, Outcome.FAILED, str(said.code))
            else:
                if recipient.key in self._journal.steps:
                    self._journal.take_back(recipient.key, _instant())
                self._refused[recipient.key] = str(said.code)
                return str(said.code)
            return ""

    def _end(self, recipient: Recipient, outcome: Outcome, code: str) -> None:
        self._journal.end(recipient.key, outcome, code, _instant())


def _expect_of(shipment: Shipment, journal: Journal, *, is_done: bool) -> None:
    """Raises MakegoodError MG823 where a shipment holds other items than when it was begun."""
    keys = {key for key, _ in items_of(shipment)}
    if not journal.steps.keys() <= keys or (is_done and keys != journal.steps.keys()):
        raise contradictory(shipment.message_id, "it was begun with other items")


def _answers(shipment: Shipment, journal: Journal) -> list[Answer]:
    """What is known of every mail. Those that nobody knows of are not answered."""
    return [
        {
            "key": key,
            "attempt": attempt,
            "outcome": step.outcome.value,
            "code": step.code,
            "at": datetime.fromisoformat(step.at),
        }
        for key, attempt in items_of(shipment)
        if (step := journal.steps[key]).outcome is not Outcome.UNKNOWN
    ]


def _remove_old(folders: Iterable[Path], days: int) -> None:
    """Remove what was put there longer ago: it may hold addresses and words of customers."""
    before = (now() - timedelta(days=days)).timestamp()
    for path in (path for folder in folders for path in folder.iterdir()):
        # Another worker may have removed it; a folder that somebody placed is theirs to remove.
        with suppress(FileNotFoundError, IsADirectoryError, PermissionError):
            if path.lstat().st_mtime < before:
                path.unlink()


def _instant() -> str:
    return now().isoformat()
