"""The witnesses' cosignatures against the checkpoints they stand under."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from makegood.trust.audit.checkpoint import cosignature_of
from makegood.trust.audit.kinds import CHECKPOINT_WITNESSED
from makegood.trust.audit.note import BadNote, Note, VerifierKey, parse_note, parse_signatures
from makegood.trust.audit.record import instant_text
from makegood.trust.audit.verifying.claims import Claims
from makegood.trust.audit.verifying.result import Problems


class Cosignatures:
    """Takes rows of number, verifier key, line, time, note; in the order of checkpoints.

    They are read along with the checkpoints, so that no more of them are held than are due.
    """

    def __init__(self, rows: Iterator[tuple[Any, ...]], claims: Claims, problems: Problems) -> None:
        self.count = 0
        self._rows = rows
        self._claims = claims
        self._problems = problems
        self._next = next(rows, None)

    def compare_up_to(self, number: int) -> None:
        """Compare those of all checkpoints up to a number."""
        while self._next is not None and self._next[0] <= number:
            self._compare(*self._next)
            self._next = next(self._rows, None)

    def finish(self) -> None:
        """Compare what is left."""
        self.compare_up_to(sys.maxsize)

    def _compare(
        self, number: int, verifier_key: str, line: str, received_at: datetime, note: str | None
    ) -> None:
        self.count += 1
        facts = {"number": number, "verifier_key": verifier_key, "signature_line": line}
        facts["received_at"] = instant_text(received_at)
        self._claims.kept(CHECKPOINT_WITNESSED, facts)
        reason = _unsound(verifier_key, line, note or "")
        if reason:
            name = verifier_key.split("+", 1)[0]
            self._problems.key_wrong(f"cosignature of {name} under checkpoint {number}", reason)


def _unsound(verifier_key: str, line: str, note: str) -> str:
    """Why a cosignature is not sound, or nothing."""
    try:
        signed = Note(parse_note(note).text, parse_signatures(line))
        found = cosignature_of(signed, VerifierKey.parse(verifier_key))
    except BadNote as reason:
        return str(reason)
    return "" if found else "it is of another key"
