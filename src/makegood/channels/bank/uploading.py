"""A file of the bank that a person brings: read first, and then placed as if the bank had."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from makegood.channels.bank.exchange_folder import ExchangeFolder, place_bytes
from makegood.channels.bank.incoming import read
from makegood.channels.bank.problems import Unreadable
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError

ANSWER_BYTES_MAX: Final = 2_400_000
"""The largest file that a page takes; a larger one comes by the bank's own way."""
_XML_BEGINS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class BroughtAnswers:
    """What a file says: its kind (``pain.002.001.10``), the messages of ours it is about, answers.

    ``source_id`` is the hash of its content.
    """

    source_id: str
    kind: str
    message_ids: tuple[str, ...]
    answers: int
    skipped: int


def check_answers(settings: Settings, content: bytes) -> BroughtAnswers:
    """What a pain.002 or camt.054 says. Nothing of it is kept.

    Raises MakegoodError MG673 for what is no XML or too large, MG815 where it cannot be read,
    MG816 where its totals do not hold or it speaks of what was never sent.
    """
    if len(content) > ANSWER_BYTES_MAX:
        hint = "let the bank place it in the folder 'in', or ask for it in parts"
        message = f"the file has more than {ANSWER_BYTES_MAX:,} bytes"
        raise MakegoodError(Finding("MG673", message, hint))
    if not content.lstrip().startswith(_XML_BEGINS):
        hint = "choose the pain.002 or camt.054 that the bank gave"
        raise MakegoodError(Finding("MG673", "the file is no XML", hint))
    folder = ExchangeFolder(settings)
    folder.make()
    # Hidden, so that no worker takes it for a file of the bank meanwhile.
    hidden = folder.incoming / f".brought-{token_hex(8)}.xml"
    try:
        place_bytes(hidden, content)
        found = read(hidden, settings, folder, None)
    except Unreadable as problem:
        raise MakegoodError([_of_page(finding) for finding in problem.findings]) from None
    finally:
        hidden.unlink(missing_ok=True)
    skipped = sum(int(count) for count in found.details["skipped"].values())
    kind = str(found.details["kind"])
    return BroughtAnswers(found.source_id, kind, found.message_ids, found.count, skipped)


def place_answers(settings: Settings, content: bytes) -> Path:
    """Place the file among those that the bank brings, whole; the same content is the same file."""
    folder = ExchangeFolder(settings)
    folder.make()
    path = folder.incoming / f"brought-{sha256(content).hexdigest()[:16]}.xml"
    place_bytes(path, content)
    return path


def _of_page(finding: Finding) -> Finding:
    """Nothing lies in ``aside``: the file was not taken."""
    message = finding.message.partition("of the bank: ")[2] or finding.message
    hint = "nothing of it was taken; ask the bank for the whole file, or which one is right"
    return Finding(finding.code, f"the file cannot be taken: {message}", hint)
