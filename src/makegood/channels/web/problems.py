"""What can be wrong with provisioning over HTTP."""

from __future__ import annotations

from makegood.channels.contract import NotSent, PartlySent
from makegood.kernel import Finding, MakegoodError


def refused(method: str, status: int) -> MakegoodError:
    """The other side refuses requests of this kind, whichever item they are about: MG806."""
    hint = "check provisioning_url and provisioning_authorization; no item was counted as failed"
    what = f"the provisioning system answers {method} with the status {status}"
    return MakegoodError(Finding("MG806", what, hint))


def not_reached(message_id: str) -> NotSent:
    """No item of a message has left: MG800."""
    hint = "see whether provisioning_url can be reached; the message is tried again"
    what = f"message {message_id} could not be sent: the provisioning system cannot be reached"
    return NotSent(Finding("MG800", what, hint))


def broken_off(message_id: str, answered: int, count: int) -> PartlySent:
    """Some items were brought, and the other side went away: MG805."""
    hint = "sent again, it goes on: what was begun is asked about first, what was answered stays"
    what = f"message {message_id}: the other side went away after {answered:,} of {count:,} items"
    return PartlySent(Finding("MG805", what, hint))


def in_other_hands(message_id: str) -> MakegoodError:
    """Another process is bringing the same message at this moment: MG827."""
    hint = "nothing was sent from here; it is looked at again when the other one is done"
    return MakegoodError(Finding("MG827", f"message {message_id} is in other hands", hint))
