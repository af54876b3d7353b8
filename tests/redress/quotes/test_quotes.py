"""What a customer was shown is signed and kept; later it is held against what is due."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import transaction

from makegood.kernel import MakegoodError
from makegood.programmes import load_text
from makegood.redress.quotes import (
    Deviation,
    agreed_quotes,
    best_promises,
    deviations,
    give_quote,
    is_promised,
    open_promises,
    owners_of_quotes,
    propose_exceptions,
    quote_of,
    quoted_amounts,
    quotes_of,
    settle_promises,
    shown_to_others,
    unproposed,
    upheld_amounts,
    uphold,
    verify_quote,
)
from makegood.redress.quotes.content import text_of
from makegood.redress.serving import load_holders, register
from makegood.trust.access import Refused
from makegood.trust.audit import SigningKey, verifier_keys
from makegood.trust.policy import Role
from makegood.trust.proposals import approve, hash_of, redeem, refuse
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


def test_money_that_nobody_applies_for_is_proposed_and_what_is_no_money_is_only_told():
    label, number = "granted:automatic", shown().quote_id
    money = Deviation("A1", 3_800, 2_900, label, label, number, NOON)
    thing = Deviation("A1", 0, 0, label, "excluded:child", number, NOON)
    assert (money.quoted_more, money.may_be_proposed) == (True, True)
    assert (thing.quoted_more, thing.may_be_proposed) == (True, False)
    [made] = propose_exceptions(
        agent("dana", Role.SUPERVISOR), "credit", [money, thing], "as shown"
    )
    assert made.contents["amount"] == 3_800


def test_what_was_upheld_is_not_proposed_again_and_counts_as_much_as_the_best(tmp_path):
    for line_id in ("A1", "A4"):
        shown(line_id)
    amended(tmp_path)
    [made] = propose_exceptions(
        agent("dana", Role.SUPERVISOR), "credit", deviations(NAME, "credit"), "as shown"
    )
    approve(made.proposal_id, by=agent("minho").actor)
    [agreed] = agreed_quotes()
    assert is_promised(agreed)
    assert not is_promised(replace(agreed, amount=3_801))
    assert not is_promised(replace(agreed, line_id="A4"))
    with transaction.atomic():
        uphold(agreed, by="system:worker")
    assert agreed_quotes() == []
    with transaction.atomic(), pytest.raises(MakegoodError, match="MG769"):
        uphold(agreed, by="system:worker")
    found = {each.line_id: each for each in deviations(NAME, "credit")}
    assert (found["A1"].is_upheld, found["A1"].may_be_proposed) == (True, False)
    own = {"line_id": "A1", "customer_id": "A1", "first_holder_id": "A1", "amount": 3_800}
    assert upheld_amounts(NAME, "credit").to_pylist() == [own]
    [held] = open_promises(NAME, "credit")
    assert (held.line_id, held.customer_id, held.amount) == ("A1", "A1", 3_800)
    settle_promises([held.proposal_id])
    assert open_promises(NAME, "credit") == []
    [entry] = entries("quote.upheld")
    assert (entry["person"], entry["details"]["amount"]) == ("A1", 3_800)


def test_what_was_shown_to_who_held_the_line_before_is_not_promised_to_who_has_it(tmp_path):
    (tmp_path / "first.csv").write_text("line_id,customer_id\nA1,C1\n")
    load_holders(console(), tmp_path / "first.csv")
    shown("A1")
    amended(tmp_path)
    (tmp_path / "second.csv").write_text("line_id,customer_id\nA1,C2\n")
    load_holders(console(), tmp_path / "second.csv")
    found = deviations(NAME, "credit")
    assert [each.line_id for each in found] == ["A1"]
    assert propose_exceptions(agent("dana", Role.SUPERVISOR), "credit", found, "as shown") == []
    assert [*unproposed("credit", found)] == []


@pytest.mark.parametrize("first", ["C1", "nobody"])
def test_what_somebody_else_was_shown_hides_no_promise_of_who_has_the_line(tmp_path, first):
    """The best of all is the first one's; the next one was shown less, and more than is due."""
    if first != "nobody":
        held(tmp_path, first)
    theirs = shown("A1")
    held(tmp_path, "C1")
    held(tmp_path, "C2")
    published(changed("rate: 100}", "rate: 80}", TEXT))
    with at(NOON + timedelta(minutes=1)):
        own = shown("A1")
    amended(tmp_path)
    found = deviations(NAME, "credit")
    assert [each.quote_id for each in found] == [own.quote_id, theirs.quote_id]
    assert found[0].quoted < found[1].quoted
    assert shown_to_others(found) == 1
    assert [each.quote_id for each in unproposed("credit", found)] == [own.quote_id]
    amount = own.decisions["credit"].amount
    assert quoted_amounts(NAME, "credit", ["A1"])["A1"].amount == amount
    table = best_promises(NAME, "credit", ["A1"]).to_pylist()
    assert {row["owner_id"]: row["quote_id"] for row in table} == {
        "C1": str(theirs.quote_id),
        "C2": str(own.quote_id),
    }
    assert {row["first_holder_id"] for row in table} == {"C1"}
    assert owners_of_quotes([own.quote_id, theirs.quote_id]) == {
        own.quote_id: "C2",
        theirs.quote_id: "C1",
    }
    [made] = propose_exceptions(agent("dana", Role.SUPERVISOR), "credit", found, "as shown")
    assert (made.subject, made.contents["amount"]) == ("customer:C2", amount)
    # What is upheld for one of them is nothing that the other has.
    approve(made.proposal_id, by=agent("minho").actor)
    [agreed] = agreed_quotes()
    with transaction.atomic():
        uphold(agreed, by="system:worker")
    assert [each.is_upheld for each in deviations(NAME, "credit")] == [True, False]


def held(tmp_path, customer):
    (tmp_path / "holders.csv").write_text(f"line_id,customer_id\nA1,{customer}\n")
    load_holders(console(), tmp_path / "holders.csv")


def test_what_is_left_to_propose_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("makegood.redress.quotes.outstanding._AT_ONCE", 1)
    for line_id in ("A1", "A2"):
        shown(line_id)
    number, label = shown().quote_id, "granted:automatic"
    amended(tmp_path)
    author = agent("dana", Role.SUPERVISOR)
    [first] = [each for each in deviations(NAME, "credit") if each.line_id == "A1"]
    # The same quote promised less to nobody: another amount is another exception.
    other = Deviation("A1", 3_700, 2_900, label, label, number, NOON)
    upheld = replace(first, is_upheld=True)
    assert [*unproposed("credit", [upheld, first, other])] == [first, other]
    [made] = propose_exceptions(author, "credit", [first], "as shown")
    assert [*unproposed("credit", [upheld, first, other])] == [other]
    refuse(made.proposal_id, by=agent("minho").actor, reason="not so")
    assert [*unproposed("credit", [first])] == [first]


def test_who_may_not_propose_is_refused_where_nothing_is_to_be_proposed():
    with pytest.raises(Refused):
        propose_exceptions(agent("shop", Role.SHOP_AGENT), "credit", [], "as shown")
    # An agent proposes for who calls, and not by the list of everybody.
    with pytest.raises(Refused):
        propose_exceptions(agent(), "credit", [], "as shown")
    assert propose_exceptions(agent("dana", Role.SUPERVISOR), "credit", [], "as shown") == []


def test_the_best_of_every_line_is_one_table(tmp_path, database):
    for line_id in LINES:
        shown(line_id)
    amended(tmp_path)
    with at(NOON + timedelta(minutes=1)):
        shown("A1")
        best = shown("A4")
    table = {row["line_id"]: row for row in best_promises(NAME, "credit").to_pylist()}
    assert {name: (row["quoted"], row["way"]) for name, row in table.items()} == {
        "A1": (3_800, "on_application"),
        "A2": (0, ""),
        "A3": (0, ""),
        "A4": (4_350, "on_application"),
    }
    assert (table["A4"]["quote_id"], table["A4"]["shown_at"]) == (str(best.quote_id), best.shown_at)
    some = best_promises(NAME, "credit", ["A4", "B1"])
    assert some.column("line_id").to_pylist() == ["A4"]
    assert best_promises(NAME, "credit", []).num_rows == 0
    with database.superuser.connect() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE quotes_quote SET note = 'x' || chr(10) || '{' WHERE line_id = 'A1'"
        )
    with pytest.raises(MakegoodError, match="MG834"):
        best_promises(NAME, "credit")


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
    with transaction.atomic():
        used = redeem(made.kind, "customer:A1", hash_of(made.contents), by="staff:9")
    assert used.proposal_id == made.proposal_id
