"""What can be wrong with messages that leave and with what comes in about them."""

from __future__ import annotations

from makegood.channels.contract import NotSent
from makegood.kernel import Finding, MakegoodError


def not_set_up(setting: str, what: str) -> MakegoodError:
    """A channel lacks a setting: MG820."""
    hint = f"set MAKEGOOD_{setting.upper()}; docs/messages.md says what it means"
    return MakegoodError(Finding("MG820", f"{what} needs the setting '{setting}'", hint))


def not_noted(message_id: str, error: OSError) -> NotSent:
    """What becomes of mails cannot be noted, so none leaves: MG821."""
    reason = (error.strerror or str(error)).lower()
    hint = "make room or mend the rights of the folder; it is tried again"
    return NotSent(Finding("MG821", f"mail {message_id} could not be noted: {reason}", hint))


def no_server(message_id: str, why: str) -> NotSent:
    """The mail server cannot be used: MG822. What it took already is remembered."""
    hint = "it is tried again and goes on where it was; look at the server and at 'smtp_url'"
    return NotSent(Finding("MG822", f"mail {message_id}: {why}", hint))


def contradictory(message_id: str, why: str) -> MakegoodError:
    """A shipment is not what it was, or its words do not fit: MG823."""
    hint = "nothing more was sent; compare the run's items and the programme's messages"
    return MakegoodError(Finding("MG823", f"messages {message_id}: {why}", hint))


def unusable(name: str, why: str) -> Finding:
    """A file that came in and cannot be used: MG824."""
    hint = "it was put aside and nothing of it was applied; look at it"
    return Finding("MG824", f"{name}: {why}", hint)


def no_such_code() -> MakegoodError:
    """Nothing was sent with this code: MG825. The code is not repeated."""
    hint = "check it letter by letter; a message whose code is unknown is not from here"
    return MakegoodError(Finding("MG825", "no message was sent with this code", hint))


def wrong_address(why: str) -> MakegoodError:
    """The setting ``smtp_url`` is none: MG826. It is not repeated: it may hold a password."""
    hint = "such as smtps://USER:PASSWORD@mail.example.com:465"
    return MakegoodError(Finding("MG826", f"the setting 'smtp_url': {why}", hint))
