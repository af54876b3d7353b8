"""What can be wrong with what leaves and with what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from makegood.channels.contract import NotSent
from makegood.kernel import Finding, MakegoodError, Severity, masked_text


def not_placed(message_id: str, error: OSError) -> NotSent:
    """Nothing was placed: MG800."""
    reason = (error.strerror or str(error)).lower()
    hint = "make room or mend the folder's rights; the message is tried again"
    return NotSent(Finding("MG800", f"message {message_id} could not be placed: {reason}", hint))


def missing_setting(setting: str, what_for: str) -> MakegoodError:
    """A channel that is not set up: MG801."""
    hint = f"set MAKEGOOD_{setting.upper()}; docs/channels.md says what it means"
    return MakegoodError(Finding("MG801", f"{what_for} needs the setting '{setting}'", hint))


def contradictory(message_id: str, why: str) -> MakegoodError:
    """A message that is not what it was, or not what the run says: MG802."""
    hint = "nothing more was placed; somebody changed a file: compare it with the run's items"
    return MakegoodError(Finding("MG802", f"message {message_id}: {why}", hint))


def unusable(name: str, why: str) -> Finding:
    """A file that came in and cannot be used: MG803."""
    hint = "it was put aside and nothing of it was applied; ask the partner for a mended one"
    return Finding("MG803", f"{masked_text(name)}: {why}", hint)


def not_readable(name: str, error: OSError) -> Finding:
    """A file that came in and that the machine cannot read or move now: MG803."""
    reason = (error.strerror or type(error).__name__).lower()
    hint = "it lies where it was and is looked at again; mend the folder or the file's rights"
    return Finding("MG803", f"{masked_text(name)}: it cannot be read or moved: {reason}", hint)


def doubtful(message_id: str, why: str) -> MakegoodError:
    """Nobody knows whether the other side has a message: MG805."""
    hint = "it is not sent again before the other side has answered"
    return MakegoodError(Finding("MG805", f"message {message_id}: {why}", hint))


def not_taken(placed_at: Mapping[str, datetime], zone: tzinfo) -> Finding:
    """Messages that the other side should have fetched long ago: MG805, a warning."""
    message_id = min(placed_at, key=lambda each: (placed_at[each], each))
    since = f"{placed_at[message_id].astimezone(zone):%Y-%m-%d %H:%M}"
    more = f", and {len(placed_at) - 1:,} more behind it" if len(placed_at) > 1 else ""
    what = f"message {message_id} lies untaken since {since}{more}"
    hint = "ask the other side why it does not fetch; nobody is asked about its items before"
    return Finding("MG805", what, hint, severity=Severity.WARNING)
