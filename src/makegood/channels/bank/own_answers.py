"""Answers that the channel gives itself: items that no account was found for.

They are kept as a file in ``in``, as the answers of a bank are, once the message has left without
them.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

from makegood.channels.bank.exchange_folder import ExchangeFolder, place_bytes
from makegood.channels.bank.identifiers import Named, instruction, named
from makegood.channels.bank.reading import Broken, Reading
from makegood.channels.bank.sent import Sent
from makegood.channels.contract import Outcome

NO_ACCOUNT: Final = "no_account"
KIND: Final = "own"
_BYTES_MAX: Final = 256 << 20


def keep_own(folder: ExchangeFolder, sent: Sent) -> None:
    """Keep the answers about what a message left out. Once: the same again is one file."""
    if not sent.left_out.num_rows:
        return
    left_out = [instruction(row["key"], row["attempt"]) for row in sent.left_out.to_pylist()]
    body = {"kind": KIND, "message_id": sent.message_id, "no_account": left_out}
    content = json.dumps(body, indent=1).encode()
    name = f"{KIND}-{sent.message_id}.json"
    applied = folder.done / f"{sha256(content).hexdigest()[:12]}-{name}"
    if not applied.exists():
        place_bytes(folder.incoming / name, content)


def read_own(kept: object, sent: Sent | None, reading: Reading) -> None:
    """Take the answers of a file that ``keep_own`` kept. Raises Broken where it is none of ours."""
    given = kept.get("no_account") if isinstance(kept, dict) else None
    if sent is None or not isinstance(given, list):
        raise Broken("it holds no answers of this program")
    held = {Named(row["key"], row["attempt"]) for row in sent.left_out.to_pylist()}
    payments = [named(str(each)) for each in given]
    if set(payments) != held:
        raise Broken("it answers other items than those that were left out")
    for payment in held:
        reading.answer(payment, Outcome.FAILED, NO_ACCOUNT, None)


def is_too_large(path: Path) -> bool:
    """Whether a file of kept answers is larger than any that is kept."""
    return path.stat().st_size > _BYTES_MAX
