"""``lines``, ``quote``, ``choice`` and ``coupon`` at the console, and their JSON as documented."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from makegood.channels.vouchers import import_codes
from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.trust.access import Refused
from makegood.trust.audit import verifier_keys
from tests.docs.test_commands import section
from tests.docs.test_json import on_page
from tests.docs.test_service_json import top_level
from tests.programme_text import changed
from tests.redress.outage_lines import LATER, TEXT, console, line, published, snapshot
from tests.staff_people import installed
from tests.trust.access.visitors import at

NAME = "outage-2026"
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=ZoneInfo("Asia/Seoul"))
CASE = ("--case", "CALL-1")


@pytest.fixture(autouse=True)
def installation(database, monkeypatch):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    with installed(database, monkeypatch), at(NOON):
        published()
        yield


@pytest.fixture
def folder(tmp_path):
    return snapshot(tmp_path / "march-1", {"A1": line(), "A2": line(holder_age=9)})


def said(*words):
    """What a command prints."""
    result = CliRunner().invoke(application, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def answered(title, *words):
    """What a command answers in JSON, with the keys of its section on the page."""
    found = json.loads(said(*title.split(), *words, "--json"))
    keys = on_page(section(title))
    assert top_level(found) == {key.split(".")[0].split("[")[0] for key in keys}
    return found


def test_a_snapshot_is_registered_listed_and_shown(folder):
    made = answered("lines register", folder, "--quiet")
    assert (made["rows"], made["is_newest"], made["programme"]) == (2, True, NAME)
    assert answered("lines list", NAME)["snapshots"] == [
        {key: made[key] for key in made if key not in {"ok", "is_newest"}}
    ]
    served = answered("lines show", NAME)
    assert (served["content_sha256"], served["is_newest"]) == (made["content_sha256"], True)
    assert "2 lines as of 2026-03-01" in said("lines", "show", NAME)
    assert made["content_sha256"][:12] in said("lines", "list", NAME)
    assert "serves now" in said("lines", "register", folder, "--quiet")
    assert "no snapshot" in said("lines", "list", "other")


def test_holders_are_loaded_and_rejects_written(tmp_path):
    (tmp_path / "h.csv").write_text("line_id,customer_id\nA1,C1\nA2,\n")
    rejects = tmp_path / "rejects.csv"
    found = answered("lines holders", tmp_path / "h.csv", "--rejects", rejects, "--quiet")
    assert (found["taken"], found["rejected"]) == (1, 1)
    assert rejects.read_text() == "row,reason\n2,no_customer_id\n"
    with pytest.raises(MakegoodError, match="MG759"):
        said("lines", "holders", tmp_path / "h.csv", "--rejects", rejects)


def test_a_quote_is_shown_handed_over_and_verified(folder, tmp_path):
    said("lines", "register", folder, "--quiet")
    file = tmp_path / "quote.txt"
    shown = answered("quote show", "A1", "--programme", NAME, "--out", file, *CASE)
    assert shown["decisions"]["credit"]["amount"] == 3_800
    assert file.read_text(encoding="utf-8") == shown["note"]
    (key,) = verifier_keys()
    for words in ((file, "--key", key), (file,), (shown["quote"],)):
        found = answered("quote verify", *words)
        assert found["signed_by"] == [str(key)]
        assert found["decisions"] == shown["decisions"]
    assert "whole and signed" in said("quote", "verify", file)
    assert "A day's fee" not in said("quote", "show", "A1", "--programme", NAME, *CASE)
    file.write_text(shown["note"].replace('"A1"', '"A2"'), encoding="utf-8")
    for words in ((file, "--key", key), (file,)):
        with pytest.raises(MakegoodError, match="MG834"):
            said("quote", "verify", *words)
    with pytest.raises(MakegoodError, match="MG836"):
        said("quote", "verify", "nowhere.txt")
    with pytest.raises(MakegoodError, match=r"MG749: '/nope' is no key(.|\n)*makegood audit key"):
        said("quote", "verify", file, "--key", "/nope")
    with pytest.raises(MakegoodError, match="MG616"):
        said("quote", "show", "A1", "--programme", NAME, "--lang", "fr")


def test_deviations_are_told_and_proposed(folder, tmp_path):
    said("lines", "register", folder, "--quiet")
    said("quote", "show", "A1", "--programme", NAME, *CASE)
    assert "0 deviate" in said("quote", "deviations", NAME)
    published(changed("rate: 100}", "rate: 50}", TEXT))
    said("lines", "register", snapshot(tmp_path / "b", {"A1": line()}, LATER), "--quiet")
    assert "of 1 the quote was the better" in said("quote", "deviations", NAME)
    (one,) = answered("quote deviations", NAME, "--measure", "credit")["deviations"]
    assert (one["quoted"], one["due"], one["quoted_more"]) == (3_800, 2_900, True)
    # An account of the machine looks after the program; who looks after customers proposes.
    with pytest.raises(Refused):
        said("quote", "deviations", NAME, "--propose")


def test_a_choice_and_a_coupon_at_the_console(folder, tmp_path):
    said("lines", "register", folder, "--quiet")
    (tmp_path / "codes.csv").write_text("code\nCOFFEE-AAAA1\n")
    import_codes(console(), "coffee_pool", tmp_path / "codes.csv")
    made = answered("choice make", NAME, "pass", "A1", "music", *CASE)
    assert (made["option"], made["state"], made["is_new"]) == ("music", "chosen", True)
    assert "film changed" in said("choice", "make", NAME, "pass", "A1", "film", *CASE)
    counted = json.loads(said("choice", "show", NAME, "pass", "--json"))
    of_line = json.loads(said("choice", "show", NAME, "pass", "--line", "A1", *CASE, "--json"))
    assert of_line == {"ok": True, "option": "film", "state": "chosen", "code_given": False}
    assert {*counted, *of_line} == {key.split("[")[0] for key in on_page(section("choice show"))}
    assert counted["counts"] == [{"option": "film", "state": "chosen", "lines": 1}]
    assert "film" in said("choice", "show", NAME, "pass")
    assert answered("coupon take", NAME, "coupons", 1, "A1", *CASE)["code"] == "COFFEE-AAAA1"
    assert said("coupon", "take", NAME, "coupons", 1, "A1", *CASE) == "COFFEE-AAAA1\n"
    (coupon,) = answered("coupon list", "A1", *CASE)["coupons"]
    assert (coupon["measure"], coupon["offer"]) == ("coupons", 1)
    assert "COFFEE" not in said("coupon", "list", "A1", *CASE)
