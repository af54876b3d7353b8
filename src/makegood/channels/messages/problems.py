"""What can be wrong with messages that leave and with what comes in about them."""

from __future__ import annotations

from makegood.channels.contract import NotSent, PartlySent
from makegood.kernel import Finding, MakegoodError, masked_text


def not_set_up(setting: str, what: str) -> MakegoodError:
    """A channel lacks a setting: MG820."""
    hint = f"set MAKEGOOD_{setting.upper()}; docs/messages.md says what it means"
    return MakegoodError(Finding("MG820", f"{what} needs the setting '{setting}'", hint))


def not_noted(message_id: str, error: OSError) -> Finding:
    """What becomes of mails cannot be noted, so none leaves: MG821."""
    reason = (error.strerror or type(error).__name__).lower()
    hint = "make room or mend the rights of the folder; it is tried again"
    return Finding("MG821", f"mail {message_id} could not be noted: {reason}", hint)


def no_server(message_id: str, why: str) -> Finding:
    """The mail server cannot be used: MG822. What it took already is remembered."""
    hint = "it is tried again and goes on where it was; look at the server and at 'smtp_url'"
    return Finding("MG822", f"mail {message_id}: {why}", hint)


def night(message_id: str) -> Finding:
    """The quiet hours began while mails left: MG828."""
    hint = "nothing is wrong: the rest leaves in the morning"
    return Finding("MG828", f"mail {message_id}: the quiet hours began", hint)


def left_behind(finding: Finding, *, some_left: bool) -> MakegoodError:
    """A shipment that goes on later: PartlySent where mails of it may have left, else NotSent."""
    return PartlySent(finding) if some_left else NotSent(finding)


def in_other_hands(message_id: str) -> MakegoodError:
    """Another process is sending the same shipment at this moment: MG827."""
    hint = "nothing was sent from here; it is looked at again when the other one is done"
    return MakegoodError(Finding("MG827", f"mail {message_id} is in other hands", hint))


def contradictory(message_id: str, why: str) -> MakegoodError:
    """A shipment is not what it was, or its words do not fit: MG823."""
    hint = "nothing more was sent; compare the run's items and the programme's messages"
    return MakegoodError(Finding("MG823", f"messages {message_id}: {why}", hint))


def unusable(name: str, why: str) -> Finding:
    """A file that came in and cannot be used: MG824."""
    hint = "it was put aside and nothing of it was applied; look at it"
    return Finding("MG824", f"{masked_text(name)}: {why}", hint)


def no_such_code() -> MakegoodError:
    """Nothing was sent with this code: MG825. The code is not repeated."""
    hint = "check it letter by letter; a message whose code is unknown is not from here"
    return MakegoodError(Finding("MG825", "no message was sent with this code", hint))


def wrong_address(why: str) -> MakegoodError:
    """The setting ``smtp_url`` is none: MG826. It is not repeated: it may hold a password."""
    hint = "such as smtps://USER:PASSWORD@mail.example.com:465"
    return MakegoodError(Finding("MG826", f"the setting 'smtp_url': {why}", hint))


def code_not_sent(why: str) -> MakegoodError:
    """A one-time code cannot be sent: MG829. Neither it nor the number is repeated."""
    hint = "send it another way, or mend the template of the kind 'code'"
    return MakegoodError(Finding("MG829", f"a one-time code was not sent: {why}", hint))
