"""What a customer was shown is signed and kept; later it is held against what is due."""

import json
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from makegood.kernel import MakegoodError
from makegood.programmes import load_text
from makegood.redress.quotes import (
    deviations,
    give_quote,
    propose_exceptions,
    quote_of,
    quoted_amounts,
    quotes_of,
    verify_quote,
)
from makegood.redress.quotes.content import text_of
from makegood.redress.serving import load_holders, register
from makegood.trust.access import Refused
from makegood.trust.audit import SigningKey, verifier_keys
from makegood.trust.policy import Role
from makegood.trust.proposals import approve, hash_of, redeem
from tests.programme_text import changed
from tests.redress.outage_lines import LATER, TEXT, console, line, published, snapshot
from tests.staff_people import installed
from tests.trust.access.visitors import agent, at, entries

NAME = "outage-2026"
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=ZoneInfo("Asia/Seoul"))
LINES = {"A1": line(), "A2": line(holder_age=None), "A3": line(holder_age=9), "A4": line(fee=0)}


@pytest.fixture(autouse=True)
def served(database, tmp_path, monkeypatch):
    with installed(database, monkeypatch), at(NOON):
        published()
        register(console(), snapshot(tmp_path / "march-1", LINES), NAME)
        yield


def shown(line_id="A1", language="ko", through="call_centre"):
    return give_quote(agent(), NAME, line_id, language, through, case="CALL-1")


def test_a_quote_says_what_was_decided_with_all_versions():
    quote = shown()
    assert quote.decisions["credit"].label == "granted:on_application"
    assert quote.decisions["credit"].amount == 3_800
    assert quote.programme_sha256 == load_text(TEXT).sha256
    assert quote.as_of == date(2026, 3, 1)
    assert quote.shown_at == NOON
    assert (quote.line_id, quote.language, quote.through) == ("A1", "ko", "call_centre")
    assert "3,800" in quote.words["credit"]
    assert shown("A2").decisions["credit"].missing == ("holder_age",)
    assert shown("A3").decisions["credit"].label == "excluded:child"


def test_it_is_kept_and_recorded():
    quote = shown()
    kept = quote_of(quote.quote_id)
    assert kept.note == quote.note
    assert kept.words_sha256 == quote.words_sha256
    assert quotes_of(NAME, "A1") == [kept]
    (entry,) = entries("quote.shown")
    assert entry["details"]["quote"] == str(quote.quote_id)
    assert entry["person"] == "A1"
    assert verify_quote(kept)[0] == kept
    with pytest.raises(MakegoodError, match="MG836"):
        quote_of(uuid4())


def test_the_same_words_are_shown_whoever_asks_and_in_every_language():
    first, second = shown(), shown(through="web")
    assert (first.words, first.words_sha256) == (second.words, second.words_sha256)
    english = shown(language="en")
    assert english.words_sha256 != first.words_sha256
    assert english.decisions == first.decisions


@pytest.mark.parametrize(
    ("language", "through", "code"), [("fr", "web", "MG616"), ("ko", "fax", "MG835")]
)
def test_what_there_is_not_is_told_and_nothing_is_kept(language, through, code):
    with pytest.raises(MakegoodError, match=code):
        shown(language=language, through=through)
    assert quotes_of(NAME, "A1") == []


def test_who_may_not_look_is_shown_nothing(tmp_path):
    with pytest.raises(Refused):
        give_quote(agent("sujin", Role.REMEDIATION_AUTHOR), NAME, "A1", "ko", "call_centre")
    assert quotes_of(NAME, "A1") == []
    assert len(entries("access.refused")) == 1
    (tmp_path / "holders.csv").write_text("line_id,customer_id\nA1,C0001\n")
    load_holders(console(), tmp_path / "holders.csv")
    shown()
    assert entries("quote.shown")[-1]["person"] == "C0001"


def test_any_changed_byte_is_found():
    note, keys = shown().note, verifier_keys()
    assert verify_quote(note, keys)[1] == keys
    survived = []
    for index in range(len(note)):
        for letter in {"0", "x", "\n"} - {note[index]}:
            tampered = note[:index] + letter + note[index + 1 :]
            try:
                verify_quote(tampered, keys)
            except MakegoodError as error:
                assert error.findings[0].code == "MG834"  # noqa: PT017 - most are looked at here
            else:
                survived.append((index, letter))
    assert not survived
    for shorter in (note[:-1], note + "x", note.replace("\n\n", "\n"), ""):
        with pytest.raises(MakegoodError, match="MG834"):
            verify_quote(shorter, keys)


def test_another_key_and_another_kind_of_note_prove_nothing():
    quote = shown()
    stranger = SigningKey.make("stranger.example")
    with pytest.raises(MakegoodError, match="MG834"):
        verify_quote(quote.note, [stranger.verifier])
    content = json.loads(quote.note.split("\n")[1])
    forged = stranger.sign(text_of(content | {"line": "A4"})).render()
    with pytest.raises(MakegoodError, match="MG834"):
        verify_quote(forged)
    spaced = quote.note.split("\n")[1].replace(",", ", ", 1)
    with pytest.raises(MakegoodError, match="MG834"):
        verify_quote(stranger.sign(f"makegood quote v1\n{spaced}\n").render(), [stranger.verifier])


def test_a_quote_is_never_changed_by_the_program_and_a_changed_row_is_found(database):
    quote = shown()
    for statement in ("DELETE FROM quotes_quote", "UPDATE quotes_quote SET line_id = 'A4'"):
        with (
            database.program.connect() as program,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            program.execute(statement)
    with database.superuser.connect() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE quotes_quote SET line_id = 'A4'")
    with pytest.raises(MakegoodError, match="MG834"):
        quote_of(quote.quote_id)


def amended(tmp_path):
    """The rates go down, A4's fee goes up, and A3 comes of age."""
    published(changed("rate: 100}", "rate: 50}", TEXT))
    lines = LINES | {"A4": line(fee=90_000), "A3": line(holder_age=14)}
    register(console(), snapshot(tmp_path / "later", lines, LATER), NAME)


def test_what_deviates_is_listed_with_what_was_quoted_and_what_is_due(tmp_path):
    for name in LINES:
        shown(name)
    assert deviations(NAME, "credit") == []
    amended(tmp_path)
    found = {each.line_id: each for each in deviations(NAME, "credit")}
    assert {name: (each.quoted, each.due) for name, each in found.items()} == {
        "A1": (3_800, 2_900),
        "A3": (0, 2_900),
        "A4": (0, 4_350),
    }
    assert [name for name, each in found.items() if each.quoted_more] == ["A1"]
    assert found["A3"].quoted_label == "excluded:child"
    assert quoted_amounts(NAME, "credit", ["A1", "B1"])["A1"].amount == 3_800
    # Whoever is shown less later was promised the better all the same; more is a new promise.
    with at(NOON + timedelta(minutes=1)):
        shown("A1")
        shown("A4")
    later = {each.line_id: each for each in deviations(NAME, "credit")}
    assert set(later) == {"A1", "A3"}
    assert (later["A1"], later["A1"].quoted_more) == (found["A1"], True)
    assert quoted_amounts(NAME, "credit", ["A1"])["A1"].amount == 3_800
    with pytest.raises(MakegoodError, match="MG837"):
        deviations(NAME, "credits")


def test_a_line_that_is_served_no_more_was_promised_more(tmp_path):
    shown("A1")
    shown("A3")
    lines = {name: LINES[name] for name in ("A2", "A4")}
    register(console(), snapshot(tmp_path / "later", lines, date(2026, 3, 2)), NAME)
    (found,) = deviations(NAME, "credit")
    assert (found.line_id, found.due_label, found.quoted_more) == ("A1", "not_served", True)


def test_what_nobody_applies_for_is_told_and_not_proposed():
    from makegood.redress.quotes import Deviation

    label = "granted:automatic"
    told = Deviation("A1", 3_800, 2_900, label, label, shown().quote_id, NOON)
    assert told.quoted_more
    assert propose_exceptions(agent("dana", Role.SUPERVISOR), "credit", [told], "as shown") == []


def test_the_better_for_the_customer_is_proposed_once_and_used_once(tmp_path):
    shown("A1")
    shown("A4")
    amended(tmp_path)
    found = deviations(NAME, "credit")
    author = agent("dana", Role.SUPERVISOR)
    (made,) = propose_exceptions(author, "credit", found, "what was shown counts")
    assert made.subject == "customer:A1"
    assert made.contents == {
        "measure": "credit",
        "line": "A1",
        "amount": 3_800,
        "quote": str(found[0].quote_id),
    }
    (again,) = propose_exceptions(author, "credit", found, "what was shown counts")
    assert again.proposal_id == made.proposal_id
    approve(made.proposal_id, by=agent("minho").actor)
    from django.db import transaction

    with transaction.atomic():
        used = redeem(made.kind, "customer:A1", hash_of(made.contents), by="staff:9")
    assert used.proposal_id == made.proposal_id
