"""The commands: claims are taken in at the console, and nobody's account is ever shown."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from tests.redress.claims.relief import (
    IN_TIME,
    NAME,
    PERSONS,
    PLANTED,
    advanced,
    applied,
    at,
    number_of,
    opened,
)
from tests.redress.claims.whole import rows
from tests.staff_people import installed

pytestmark = pytest.mark.usefixtures("database", "relief")


@pytest.fixture
def relief(database, tmp_path, monkeypatch):
    for name, value in database.environment.items():
        if "_DATABASE_" in name:
            monkeypatch.setenv(name, value)
    with installed(database, monkeypatch), at(IN_TIME):
        opened(tmp_path)
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
