"""Whose account it is, as the bank says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from makegood.configuration import Settings


class HolderKind(StrEnum):
    """What an account's holder is known by at the bank."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """Whether the account is there and open, and its holder's name; ``code`` says why not."""

    found: bool
    name: str = field(repr=False)
    code: str


class HolderCheck:
    """Asks the bank for the holder of an account."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def holder_of(
        self,
        bank_code: str,
        number: str,
        *,
        holder_kind: HolderKind | None = None,
        known_by: str = "",
    ) -> HolderAnswer:
        """Whose account it is. Raises Unreachable (MG817, MG818) where the bank does not say."""
        raise NotImplementedError
