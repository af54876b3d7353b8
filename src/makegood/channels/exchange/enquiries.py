"""Enquiries: a pair of files in ``ask``, about a message or about items of one."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv

from makegood.channels.exchange.placing import place_new

ENQUIRY_FORMAT = "makegood-enquiry/1"

_HASH_LETTERS = 8


def place_enquiry_about_items(ask: Path, message_id: str, asked: pa.Table) -> None:
    """Ask about items (key, attempt). Asked before about the same ones, nothing is done."""
    name = sha256("\n".join(asked["key"].to_pylist()).encode()).hexdigest()[:_HASH_LETTERS]
    place_enquiry(ask, f"{message_id}-{name}", message_id, asked)


def place_enquiry(ask: Path, enquiry_id: str, message_id: str, asked: pa.Table) -> None:
    """Ask about items, or about the message itself where there are none."""
    rows = ask / f"{enquiry_id}.csv"
    control = rows.with_suffix(".json")
    if control.exists():
        return
    place_new(rows, lambda hidden: pv.write_csv(asked, hidden))
    try:
        content = sha256(rows.read_bytes()).hexdigest()
    except FileNotFoundError:
        # The partner is just taking the same enquiry.
        return
    said = {
        "format": ENQUIRY_FORMAT,
        "enquiry_id": enquiry_id,
        "message_id": message_id,
        "about": "items" if asked.num_rows else "message",
        "rows": asked.num_rows,
        "sha256": content,
    }
    text = json.dumps(said, indent=1) + "\n"
    place_new(control, lambda hidden: hidden.write_text(text, encoding="utf-8"))


def withdraw_enquiries_about_items(ask: Path, message_id: str) -> None:
    """Take back what was asked about items of a message and is not answered."""
    for control in ask.glob(f"{message_id}-{'?' * _HASH_LETTERS}.json"):
        # The rows alone are no enquiry.
        control.unlink(missing_ok=True)
        control.with_suffix(".csv").unlink(missing_ok=True)
