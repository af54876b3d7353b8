"""What pages are given and give back: an attempt, a code on its way, who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's attempt to show who they are. The same whether there is such a customer or not.

    ``again_at`` is from when on another code may be asked for.
    """

    attempt_id: UUID
    code_expires_at: datetime
    tries_left: int
    again_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class CodeToSend:
    """A code for a customer, to be sent to the telephone that the vault holds.

    ``language`` is ``ko`` or ``en``. It shows nothing of itself.
    """

    customer_id: str
    phone: str
    code: str
    language: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "CodeToSend(…)"


@dataclass(frozen=True, slots=True)
class CustomerSession:
    """Who somebody has just shown to be, how surely, and when; ``sign_in`` makes it a session."""

    customer_id: str
    strength: str
    signed_in_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """The customer of a request's open session."""

    customer_id: str
    session_id: UUID
    signed_in_at: datetime
    language: str
    strength: str


class SessionEnd(StrEnum):
    """Why a customer's session ended."""

    SIGNED_OUT = "signed_out"
    SIGNED_IN_ANEW = "signed_in_anew"
    IDLE = "idle"
    TOO_OLD = "too_old"
    REVOKED = "revoked"
    OTHER_BROWSER = "other_browser"
