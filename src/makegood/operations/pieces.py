"""Words of a table that are not all of one kind: some are English, or keys of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value's words: in the page's language, in English, or a key of a file."""

    text: str
    is_code: bool = False
    is_english: bool = False
