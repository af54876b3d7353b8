"""Messages that are sent to a partner in tests of files, and answers that it writes by hand."""

from __future__ import annotations

import json
from hashlib import sha256

from makegood.channels.exchange.fake import GOOD, FakePartner
from tests.channels.contract import shipment_of

MESSAGE = "0123456789ABCDEF-00001"


def sent(channel, tmp_path, count=3, **columns):
    shipment = shipment_of(tmp_path / "items", channel.name, 1, count, **columns)
    channel.send(shipment)
    return shipment


def partner_of(channel, tmp_path, behaviour=GOOD):
    return FakePartner(channel.folders, tmp_path / "partner", seed=3, behaviour=behaviour)


def place(channel, rows, name="answers", changes=None):
    """Files as a partner writes them, by hand."""
    text = "key,attempt,outcome,code,at\n" + "".join(f"{row}\n" for row in rows)
    said = {
        "format": "makegood-answers/1",
        "message_ids": [MESSAGE],
        "rows": len(rows),
        "sha256": sha256(text.encode()).hexdigest(),
        **(changes or {}),
    }
    folder = channel.folders.incoming
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")
