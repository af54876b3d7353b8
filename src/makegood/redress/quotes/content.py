"""What a quote says, as a signed note: one line of canonical JSON under a heading of its own.

The note has the form of C2SP signed notes and is signed by the key that signs the log's
checkpoints. Its heading is no log's name, and its second line no tree size: neither can be taken
for the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from makegood.kernel import Finding, MakegoodError
from makegood.trust.audit import BadNote, Json, VerifierKey, canonical, parse_note, verified_by

HEADING = "makegood quote v1"


@dataclass(frozen=True, slots=True)
class Promised:
    """What a quote says of one measure. ``amount`` is in minor units, None where there is none.

    ``disposition`` and ``way`` are words of decisions; ``reason`` is the exclusion's name; ``code``
    is the decision's own.
    """

    code: int
    disposition: str
    way: str
    reason: str
    amount: int | None
    missing: tuple[str, ...]

    @property
    def label(self) -> str:
        """As decisions write it: ``granted:automatic``, ``excluded:mvno``, ``undetermined``."""
        detail = self.way or self.reason
        return f"{self.disposition}:{detail}" if detail else self.disposition

    @property
    def is_granted(self) -> bool:
        """Whether something was promised."""
        return self.disposition == "granted"


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, read from its note. ``words`` are what was shown, by measure, where it is new.

    ``words_sha256`` is their hash, by which they can be told after years.
    """

    quote_id: UUID
    programme: str
    programme_sha256: str
    snapshot_sha256: str
    as_of: date
    line_id: str
    customer_id: str
    decisions: Mapping[str, Promised]
    language: str
    words_sha256: str
    shown_at: datetime
    through: str
    visitor: str
    note: str
    words: Mapping[str, str]


def text_of(content: Mapping[str, Json]) -> str:
    """The text that is signed."""
    return f"{HEADING}\n{canonical(content).decode()}\n"


def read_quote(note: str, words: Mapping[str, str] | None = None) -> Quote:
    """The quote that a note holds; its signature is not looked at. Raises MakegoodError MG834."""
    try:
        signed = parse_note(note).text
        content = json.loads(signed.partition("\n")[2])
        has_form = text_of(content) == signed
        quote = _quote(content, note, words or {})
    except (BadNote, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        has_form = False
    if not has_form:
        raise _no_quote("it has not the form of a quote")
    return quote


def verify_quote(
    quote: Quote | str, keys: Iterable[VerifierKey] | None = None
) -> tuple[Quote, tuple[VerifierKey, ...]]:
    """The quote and who signed it, after its signature was verified over every byte.

    ``quote`` may be the note's text. Without ``keys`` those of this installation's log count; an
    auditor gives the published ones and needs no database. Raises MakegoodError MG834 where it is
    no quote or a byte was changed.
    """
    note = quote if isinstance(quote, str) else quote.note
    found = read_quote(note)
    try:
        signers = verified_by(parse_note(note), keys if keys is not None else _own_keys())
    except BadNote as reason:
        raise _no_quote(str(reason)) from None
    if _differs(quote, found):
        raise _no_quote("its values are not those of its signed text")
    return found, signers


def _differs(quote: Quote | str, found: Quote) -> bool:
    if isinstance(quote, str):
        return False
    names = [name for name in Quote.__slots__ if name != "words"]
    return any(getattr(quote, name) != getattr(found, name) for name in names)


def _own_keys() -> Iterable[VerifierKey]:
    from makegood.trust.audit import verifier_keys

    return verifier_keys()


def _quote(content: Mapping[str, Any], note: str, words: Mapping[str, str]) -> Quote:
    return Quote(
        UUID(content["quote"]),
        content["programme"],
        content["programme_sha256"],
        content["snapshot_sha256"],
        date.fromisoformat(content["as_of"]),
        content["line"],
        content["customer"],
        {name: _promised(held) for name, held in content["decisions"].items()},
        content["language"],
        content["words_sha256"],
        datetime.fromisoformat(content["shown_at"]),
        content["through"],
        content["visitor"],
        note,
        words,
    )


def _promised(held: Mapping[str, Any]) -> Promised:
    return Promised(
        held["code"],
        held["disposition"],
        held["way"],
        held["reason"],
        held["amount"],
        tuple(held["missing"]),
    )


def _no_quote(why: str) -> MakegoodError:
    hint = "compare it with 'makegood quote show', and keep the text as it was given"
    return MakegoodError(Finding("MG834", f"this quote does not verify: {why}", hint))
