"""Entries are written with the act they record, by a role that can only add."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from makegood.kernel import FixedClock, MakegoodError
from makegood.trust.audit import (
    Record,
    Selection,
    append,
    append_many,
    entries,
    find_entry,
    integrate,
    integrate_all,
    placed_entries,
    publish_checkpoint,
    sign_checkpoint,
    verify,
)
from makegood.trust.audit.canonical_json import NotCanonical, canonical
from makegood.trust.audit.identifiers import Identifiers, lowest_at
from makegood.trust.audit.signers import rewrap_signer
from makegood.trust.clock import use
from makegood.trust.keys import Rewrapping
from tests.trust.audit.entries import (
    ORIGIN,
    behind_the_back,
    looked_up,
    master_key,
    write,
    write_many,
)

TABLES = ("entry", "leaf", "subtree", "signer", "checkpoint", "cosignature", "pending")
NOON = datetime(2026, 1, 14, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.mark.usefixtures("database")
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        append(looked_up(1))
    with pytest.raises(transaction.TransactionManagementError):
        append_many([looked_up(1)])


@pytest.mark.usefixtures("database")
def test_an_act_that_is_undone_leaves_no_entry():
    class Undone(Exception):
        pass

    for write_one in (append, lambda record: append_many([record])):
        with suppress(Undone), transaction.atomic():
            write_one(looked_up(1))
            raise Undone
    assert list(entries()) == []
    assert integrate_all() == 0


@pytest.mark.usefixtures("database")
def test_what_is_written_is_read_again():
    with use(FixedClock(NOON)), transaction.atomic():
        one = append(looked_up(7))
        several = append_many(looked_up(number) for number in range(8, 11))
    assert [entry.entry_id for entry in entries()] == [one, *several]
    entry = find_entry(one).entry
    assert entry.record == looked_up(7)
    assert entry.written_at == NOON
    payload = json.loads(entry.payload)
    assert payload["written_at"] == "2026-01-14T12:00:00.123456Z"
    assert payload["details"] == {"fields": ["전화", "name"], "masked": False, "number": 7}
    assert find_entry(one).leaf_index is None
    assert integrate_all() == 4
    assert [placed.leaf_index for placed in placed_entries(1)] == [1, 2, 3]
    assert placed_entries(4) == []


@pytest.mark.usefixtures("database")
def test_entries_are_found_by_what_they_say():
    for day in range(4):
        with use(FixedClock(NOON + timedelta(days=day))):
            write(10, start=day * 10)
    found = list(entries(Selection(person="C00012")))
    assert [entry.record.case for entry in found] == ["case-12"]
    by_actor = list(entries(Selection(actor="staff:3", since=NOON + timedelta(days=1))))
    assert [entry.record.details["number"] for entry in by_actor] == [10, 17, 24, 31, 38]
    second_day = Selection(since=NOON + timedelta(days=1), until=NOON + timedelta(days=2))
    assert len(list(entries(second_day))) == 10
    assert list(entries(Selection(kinds=["staff.signed_in"]))) == []
    newest = next(entries(newest_first=True))
    assert newest.record.details["number"] == 39


@pytest.mark.usefixtures("database")
def test_more_entries_than_a_page_come_once_each():
    write_many(2_500)
    for newest_first in (False, True):
        seen = [entry.entry_id for entry in entries(newest_first=newest_first)]
        assert seen == sorted(set(seen), reverse=newest_first)
        assert len(seen) == 2_500


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (Record("personal_data.reveal", "staff:1"), "MG740"),
        (Record("staff.signed_in", ""), "MG741"),
        (Record("staff.signed_in", "staff:1\n"), "MG741"),
        (Record("staff.signed_in", "staff:1", source="\x00"), "MG741"),
        (Record("staff.signed_in", "staff:1", source="\udc80"), "MG741"),
        (Record("staff.signed_in", "staff:1", details={"amount": 1.5}), "MG741"),  # type: ignore[dict-item]
        (Record("staff.signed_in", "staff:1", details={"amount": 2**53}), "MG741"),
        (Record("staff.signed_in", "staff:1", details={"key": b"x"}), "MG741"),
        (Record("staff.signed_in", "staff:1", details={"long": "x" * 65_536}), "MG741"),
        (Record("staff.signed_in", "staff:1", details={1: "x"}), "MG741"),  # type: ignore[dict-item]
    ],
)
@pytest.mark.usefixtures("database")
def test_what_the_log_cannot_hold_is_refused(record, code):
    with pytest.raises(MakegoodError, match=code), transaction.atomic():
        append(record)
    assert list(entries()) == []


def test_a_refusal_never_repeats_what_was_refused():
    with pytest.raises(NotCanonical) as caught:
        canonical({"phone": b"010-1234-5678"})
    assert "010" not in str(caught.value)


def test_the_longest_entry_goes_in(database):
    room = 65_535 - len(_payload(database, "")) - 20
    with transaction.atomic():
        append(Record("staff.signed_in", "staff:1", details={"long": "x" * room}))
    assert verify().ok


def _payload(_database: object, text: str) -> bytes:
    with transaction.atomic():
        append(Record("staff.signed_in", "staff:1", details={"long": text}))
    return next(entries(newest_first=True)).payload


@pytest.mark.parametrize("table", TABLES)
def test_neither_program_nor_owner_can_change_or_remove(database, table):
    name = f"audit_{table}"
    publish_checkpoint(master_key(database), ORIGIN)
    write_many(256 if table == "subtree" else 1)
    if table == "subtree":
        integrate_all()
    with behind_the_back(database) as connection:
        connection.execute("INSERT INTO audit_cosignature VALUES (1, 'w', 'line', now())")
    statements = [
        f"UPDATE {name} SET {column_of(table)} = {column_of(table)}",
        f"TRUNCATE {name}",
        # What waits leaves when it gets its place.
        *([f"DELETE FROM {name}"] if table != "pending" else []),
    ]
    for role in (database.program, database.owner, database.superuser):
        with role.connect(autocommit=True) as connection:
            for statement in statements:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def column_of(table: str) -> str:
    return {"leaf": "leaf_hash", "pending": "leaf_hash", "entry": "kind"}.get(table) or {
        "subtree": "subtree_hash",
        "signer": "verifier_key",
        "checkpoint": "note",
        "cosignature": "signature_line",
    }[table]


def test_integrating_goes_in_batches_and_keeps_whole_subtrees(database):
    write_many(70_000)
    batches = 0
    while integrate(9_001):
        batches += 1
    assert batches == 8
    with database.program.connect() as connection:
        levels = connection.execute(
            "SELECT level, count(*) FROM audit_subtree GROUP BY level ORDER BY level"
        ).fetchall()
    assert levels == [(8, 273), (16, 1)]
    sign_checkpoint(master_key(database), ORIGIN)
    result = verify()
    assert result.ok
    assert (result.size, result.covered) == (70_000, 70_000)


def test_a_checkpoint_is_signed_only_over_news(database):
    keys = master_key(database)
    first = publish_checkpoint(keys, ORIGIN)
    assert publish_checkpoint(keys, ORIGIN) == first
    write(1)
    second = publish_checkpoint(keys, ORIGIN)
    assert (second.number, second.size) == (2, 3)
    assert publish_checkpoint(keys, ORIGIN) == second


def test_a_log_keeps_its_name(database):
    keys = master_key(database)
    publish_checkpoint(keys, ORIGIN)
    write(1)
    with pytest.raises(MakegoodError, match="MG742"):
        publish_checkpoint(keys, "other.example/log")


def test_nothing_is_signed_over_another_history(database):
    keys = master_key(database)
    write(9)
    publish_checkpoint(keys, ORIGIN)
    write(1)
    with behind_the_back(database) as connection:
        connection.execute("UPDATE audit_leaf SET leaf_hash = sha256('x') WHERE leaf_index = 3")
    with pytest.raises(MakegoodError, match="MG743"):
        publish_checkpoint(keys, ORIGIN)


def test_another_master_key_takes_over(database, tmp_path):
    keys = master_key(database)
    publish_checkpoint(keys, ORIGIN)
    settings = database.settings.model_copy(update={"master_key": str(tmp_path / "n" / "key")})
    other = type(keys).open(settings)
    write(1)
    with pytest.raises(MakegoodError, match="MG725"):
        publish_checkpoint(other, ORIGIN)
    with transaction.atomic():
        rewrap_signer(Rewrapping(keys, other).of, "console:tester")
    assert publish_checkpoint(other, ORIGIN).number == 2
    assert verify().ok


TEXTS = st.text(st.characters(codec="utf-8"))
PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS


def nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)


@given(st.recursive(PLAIN, nested, max_leaves=12))
def test_canonical_json_is_one_form_and_loses_nothing(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_keys_are_ordered_by_utf_16_as_rfc_8785_shows():
    # RFC 8785, 3.2.3: the order of its example.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = list(json.loads(canonical(dict.fromkeys(names))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical({"b": '\u0007"\\\n', "a": [True, None, -1]}) == (
        b'{"a":[true,null,-1],"b":"\\u0007\\"\\\\\\n"}'
    )


@given(st.lists(st.integers(0, 5_000), min_size=2, max_size=50))
def test_identifiers_ascend_and_hold_their_time(steps):
    made = Identifiers()
    instant, last = NOON, UUID(int=0)
    for step in steps:
        instant += timedelta(microseconds=step)
        identifier = made.next(instant)
        assert identifier > last
        assert identifier.version == 7
        assert identifier.variant == "specified in RFC 4122"
        milliseconds = int(instant.timestamp() * 1_000)
        assert identifier.int >> 80 == milliseconds
        assert lowest_at(instant) <= identifier < lowest_at(instant + timedelta(milliseconds=1))
        last = identifier
