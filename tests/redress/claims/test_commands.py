"""The commands: claims are taken in at the console, and nobody's account is ever shown."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from tests.redress.claims.relief import (
    NAME,
    PERSONS,
    PLANTED,
    advanced,
    applied,
    number_of,
    open_in_time,
)
from tests.redress.claims.whole import rows

pytestmark = pytest.mark.usefixtures("database", "relief")


@pytest.fixture
def relief(database, tmp_path, monkeypatch):
    for name, value in database.environment.items():
        if "_DATABASE_" in name:
            monkeypatch.setenv(name, value)
    with open_in_time(database, tmp_path, monkeypatch):
        yield


def ran(*words, given=None):
    return CliRunner().invoke(application, [*words], input=given)


def answer(*words, given=None):
    result = ran(*words, "--json", given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


ACCOUNT = f"004\n{number_of('L0001')}\n{PERSONS['L0001']}\n"


def test_a_claim_is_taken_in_shown_and_listed_without_its_account():
    submit = ["claim", "submit", NAME, "waiver", "L0001", "--through", "shop"]
    made = answer(*submit, "--account", "-", given=ACCOUNT)
    assert made["new"] is True
    assert answer(*submit, "--account", "-", given=ACCOUNT)["new"] is False
    advanced()
    outputs = [
        ran("claim", "show", made["receipt"]).output,
        ran("claim", "show", made["receipt"], "--json").output,
        ran("claim", "list", NAME).output,
        ran("claim", "list", NAME, "--by-day").output,
    ]
    assert all(made["receipt"] in output for output in outputs[:3])
    assert not [word for word in PLANTED for output in outputs if word in output]
    shown = answer("claim", "show", made["receipt"])
    assert [event["after"] for event in shown["history"]][-1] == shown["state"] == "scheduled"
    (count,) = answer("claim", "list", NAME, "--by-day")["counts"]
    assert (count["day"], count["through"], count["claims"]) == ("2026-01-15", "shop", 1)


def test_the_account_is_asked_for_and_its_number_is_not_echoed(tmp_path):
    words = ["claim", "submit", NAME, "waiver", "L0001", "--through", "web"]
    result = ran(*words, given=ACCOUNT)
    assert result.exit_code == 0, result.output
    assert number_of("L0001") not in result.output
    receipt = result.stdout.split(":")[0]
    assert len(receipt.strip()) >= 14
    file = tmp_path / "account.txt"
    file.write_text("004\n", encoding="utf-8")
    assert ran(*words, "--account", str(file)).exit_code != 0


def test_withdrawing_objecting_and_correcting_follow_the_table():
    excluded = applied("L0003").receipt_number
    other = applied("L0001", account_number="55500011122").receipt_number
    advanced()
    assert answer("claim", "object", excluded, "--reason", "it was yours")["state"] == "objected"
    mended = answer("claim", "account", other, "--account", "-", given=ACCOUNT)
    assert mended["state"] == "mended"
    assert answer("claim", "withdraw", other)["state"] == "withdrawn"
    again = ran("claim", "withdraw", other)
    assert again.exit_code != 0
    waiting = answer("claim", "list", NAME, "--waiting", "--state", "objected")["claims"]
    assert [claim["receipt"] for claim in waiting] == [excluded]
    # Whoever runs the program decides no claims.
    assert ran("claim", "decide", excluded, "--refuse", "--reason", "no").exit_code != 0


def test_a_claim_is_shown_in_words_of_the_language_asked_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    excluded = applied("L0003").receipt_number
    other = applied("L0001", account_number="55500011122").receipt_number
    advanced()
    korean = ran("claim", "show", excluded).output
    assert "거절" in korean
    assert f"고객이 이의를 신청할 수 있습니다: 'makegood claim object {excluded}'" in korean
    assert " KST" in korean
    assert "2026년" not in ran("claim", "show", excluded, "--lang", "en").output
    english = ran("claim", "show", other, "--lang", "en").output
    assert "the account could not be found" in english
    for raw in ("account_not_found", "account_checked", "None", "T0", "False"):
        assert raw not in korean + english, raw


def test_what_a_claim_cannot_become_is_said_in_words():
    done = applied("L0001").receipt_number
    advanced()
    said = str(ran("claim", "object", done, "--reason", "I object").exception)
    assert f"MG845: claim {done} is scheduled: it cannot be objected to" in said
    assert "where it stands it can be paid, taken up by a run, withdrawn" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((NAME, "waiver", "L0001", "--through", "post"), "MG843"),
        ((NAME, "waiver", "nobody", "--through", "shop"), "MG831"),
        ((NAME, "nothing", "L0001", "--through", "shop"), "MG841"),
        ((NAME, "waiver", "L0001", "--through", "shop", "--document", "Kim's"), "MG852"),
        ((NAME, "waiver", "L0001", "--through", "shop", "--quote", "17"), "MG844"),
    ],
)
def test_nobody_is_asked_for_an_account_in_vain(words, code):
    result = ran("claim", "submit", *words)
    assert code in str(result.exception)
    assert "Bank code" not in result.output


def test_nothing_personal_lies_in_the_tables_in_the_clear():
    applied("L0001")
    applied("L0005", account_holder="정대한")
    advanced()
    tables = rows(
        "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND has_table_privilege(oid, 'SELECT')"
    )
    assert ("claims_claim",) in tables
    for (table,) in tables:
        # As text a sealed record is the digits of its bytes, in which nothing can be read.
        found = str(rows(f"SELECT t::text FROM public.{table} AS t"))
        assert not [word for word in PLANTED if word in found], table
