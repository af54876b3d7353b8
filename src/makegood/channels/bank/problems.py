"""What can go wrong with a bank. No message says an account number, a name or a token."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.channels.contract import NotSent
from makegood.kernel import Finding, MakegoodError

_NAMED_MAX = 5


class Unreachable(MakegoodError):
    """The bank gave no answer that can be used; whatever was asked may be asked again."""


class Unreadable(MakegoodError):
    """A file of the bank that cannot be taken: it is set aside with the reason."""


def missing_setting(*names: str) -> NotSent:
    """Settings without which nothing can be sent to a bank (MG810)."""
    listed = ", ".join(f"'{name}'" for name in names)
    hint = "give them in the settings file or as MAKEGOOD_… variables; see docs/bank.md"
    return NotSent(Finding("MG810", f"the bank is not set up: {listed} is empty", hint))


def no_account(message_id: str, items: Sequence[int]) -> NotSent:
    """Accounts that vanish from the vault while the file is written, try after try (MG811)."""
    named = ", ".join(str(item) for item in items[:_NAMED_MAX])
    more = f" and {len(items) - _NAMED_MAX:,} more" if len(items) > _NAMED_MAX else ""
    message = f"'{message_id}': accounts are being removed from the vault: items {named}{more}"
    hint = "nothing was sent; it is tried again by itself once the removal has ended"
    return NotSent(Finding("MG811", message, hint))


def wrong_totals(message_id: str, what: str, found: int, expected: int) -> NotSent:
    """A shard that holds something else than its run says (MG812)."""
    message = f"'{message_id}': the items' {what} is {found:,}, the run says {expected:,}"
    return NotSent(Finding("MG812", message, "the items were changed: restore the run's folder"))


def other_items(message_id: str) -> MakegoodError:
    """A message that has left already, with other items than are to be sent now (MG812)."""
    message = f"'{message_id}' was sent with other items than it has now"
    return MakegoodError(
        Finding("MG812", message, "the items were changed: restore the run's folder")
    )


def not_valid(message_id: str, reason: str) -> NotSent:
    """A payment file that its own schema refuses (MG813)."""
    message = f"'{message_id}': the payment file is not valid: {reason}"
    hint = "nothing was sent; look at the bank settings, and report what cannot be mended there"
    return NotSent(Finding("MG813", message, hint))


def wrong_template(name: str, reason: str) -> NotSent:
    """A template of a bank's CSV that cannot be used (MG814)."""
    hint = "mend the file that 'bank_csv_template' names; docs/bank.md shows one"
    return NotSent(Finding("MG814", f"template '{name}': {reason}", hint))


def unreadable(name: str, reason: str) -> Unreadable:
    """A file of the bank that is broken, hostile or of no known kind (MG815)."""
    hint = "it lies in 'aside'; ask the bank for it again, or for what it is"
    return Unreadable(Finding("MG815", f"file '{name}' of the bank: {reason}", hint))


def totals_differ(name: str, reason: str) -> Unreadable:
    """A file of the bank whose control totals do not hold (MG816)."""
    hint = "nothing of it was applied; it lies in 'aside'; ask the bank which one is right"
    return Unreadable(Finding("MG816", f"file '{name}' of the bank: {reason}", hint))


def unreachable(what: str, reason: str) -> Unreachable:
    """The bank's service did not answer (MG817)."""
    hint = "it is tried again by itself; where it lasts, look at 'bank_address' and the line"
    return Unreachable(Finding("MG817", f"the bank did not answer the {what}: {reason}", hint))


def refused(what: str, code: str) -> Unreachable:
    """The bank's service answered, and refused the request itself (MG818)."""
    hint = "look at the token, the agreement and docs/bank.md for the code"
    return Unreachable(Finding("MG818", f"the bank refused the {what}: {code}", hint))


def cannot_place(name: str, error: OSError) -> NotSent:
    """The exchange folder does not take a file (MG819)."""
    reason = (error.strerror or "it failed").lower()
    hint = "nothing left the house; make room, or mend the folder's rights, and it is sent again"
    return NotSent(Finding("MG819", f"cannot place '{name}': {reason}", hint))
