"""What happened to claims and passes was told: one message for each event, and no other.

The events are taken from what is kept of claims and choices, their keys and their words are made
here anew, and both are compared with the aggregator's books.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from makegood.programmes import MessageTemplates, load_messages_beside
from makegood.rehearsal.comparing.found import Found

_PREFIX = "ev-"
_STATES = {
    "submitted": "received",
    "approved": "approved",
    "refused": "refused",
    "returned": "returned",
    "paid": "paid",
}
_EVENTS = """
SELECT event.claim_id, event.number, event.after, event.amount, claim.measure, claim.line_id,
       claim.receipt_number
FROM claims_event AS event JOIN claims_claim AS claim USING (claim_id)
WHERE claim.programme = %s AND event.before <> event.after
"""
_GRANTED = """
SELECT item_key, run_id, measure, line_id FROM choices_choice
WHERE programme = %s AND state = 'granted'
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be told: what, of whom, and what its message must hold."""

    line_id: str
    measure: str
    what: str
    holds: tuple[str, ...]


def compare_events(found: Found) -> None:
    """Every event that has a message was told once, with its own receipt number and amount."""
    play, before = found.play, found.difference_count
    messages = load_messages_beside(play.programme_file, play.programme)
    expected = dict(_expected(found, messages)) if messages else {}
    texts = _told(play.home.outside / "sms")
    for key, event in expected.items():
        said = texts.pop(key, [])
        if len(said) != 1:
            found.differs(event.line_id, event.measure, event.what, "1 message", len(said))
        elif not all(word in said[0] for word in event.holds):
            found.differs(event.line_id, event.measure, event.what, "its own words", "others")
    for key in texts:
        found.differs("", "", f"message {key}", "none", len(texts[key]))
    if expected:
        found.checked("events", len(expected), before=before)


def _expected(found: Found, messages: MessageTemplates) -> Iterator[tuple[str, Event]]:
    programme = found.play.programme
    language, name = programme.languages[0], programme.identifier
    for claim_id, number, after, amount, measure, line_id, receipt in _rows(_EVENTS, name):
        kind = _STATES.get(after, "")
        template = messages.of(kind, measure, by="sms") if kind else None
        if template is None or not _is_for(kind, found, measure):
            continue
        names = template.names(language)
        holds = [receipt] if "receipt" in names else []
        if "amount" in names:
            holds.append(programme.currency.text(amount, language))
        yield _key(f"claim:{claim_id}:{number}"), Event(line_id, measure, kind, tuple(holds))
    for item_key, run_id, measure, line_id in _rows(_GRANTED, name):
        if messages.of("pass", measure, by="sms"):
            yield _key(f"pass:{item_key}:{run_id}"), Event(line_id, measure, "pass", ())


def _rows(statement: str, programme: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, [programme])
        return list(cursor.fetchall())


def _is_for(kind: str, found: Found, measure: str) -> bool:
    """Whether the measure gives reason for it: only what has an amount is paid."""
    section = found.play.programme.measures[measure].section
    if kind == "paid":
        return bool(section.refund or (section.discount and section.discount.amount))
    if kind == "returned":
        return bool(section.refund and section.refund.to == "bank_account")
    return True


def _key(words: str) -> str:
    return "EV" + sha256(words.encode()).hexdigest()[:30].upper()


def _told(books: Path) -> dict[str, list[str]]:
    """The texts of every message about an event that the aggregator took, by key."""
    texts: dict[str, list[str]] = {}
    for path in books.glob(f"{_PREFIX}*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                texts.setdefault(row["key"], []).append(row["text"])
    return texts
