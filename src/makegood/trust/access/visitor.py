"""Who asks, from where and how surely: what every access and act is judged by."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import datetime

from makegood.trust.clock import now
from makegood.trust.policy import Principal, PrincipalKind, Role

CONSOLE = "console"
NEVER_SECONDS = 1_000_000_000
"""The age of a sign-in that never was."""
_SOURCE_LETTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class Visitor:
    """A principal in a session.

    ``device``, ``sign_in_strength`` and ``network`` are words that the policies know.
    ``signed_in_at`` is when the principal last proved who they are; None where they have not.
    ``source`` is an address, or the console's name.
    """

    principal: Principal
    session_id: str
    device: str
    sign_in_strength: str
    signed_in_at: datetime | None
    network: str
    source: str

    @classmethod
    def console(cls, os_user: str) -> Visitor:
        """An account of this machine's operating system, at its console."""
        roles = frozenset({Role.CONSOLE_OPERATOR})
        return cls._here(Principal(os_user, roles, kind=PrincipalKind.CONSOLE))

    @classmethod
    def system(cls, name: str) -> Visitor:
        """A part of the program itself, such as ``worker``."""
        return cls._here(Principal(name, frozenset({Role.SYSTEM}), kind=PrincipalKind.SYSTEM))

    @classmethod
    def _here(cls, principal: Principal) -> Visitor:
        source = _source(principal.staff_id)
        return cls(principal, "", CONSOLE, CONSOLE, now(), CONSOLE, source)

    @property
    def actor(self) -> str:
        """How the log names the visitor: ``staff:17``, ``console:kim``, ``system:worker``."""
        return self.principal.actor

    def sign_in_age_seconds(self) -> int:
        """How long ago the visitor proved who they are; the program and the console just do."""
        if self.principal.kind in {"console", "system"}:
            return 0
        if self.signed_in_at is None:
            return NEVER_SECONDS
        return int((now() - self.signed_in_at).total_seconds())


def _source(account: str) -> str:
    """``console:root@host``, and through ``sudo`` who called it: ``console:root@host sudo:1000``.

    ``sudo`` tells the caller's number in the environment; root could have set it otherwise.
    """
    caller = os.environ.get("SUDO_UID", "")
    behind = f" sudo:{caller}" if caller.isascii() and caller.isdigit() else ""
    return f"{CONSOLE}:{account}@{platform.node()}"[: _SOURCE_LETTERS_MAX - len(behind)] + behind
