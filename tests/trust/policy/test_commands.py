"""``policy check | table | explain``: what they answer, and their exit codes."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from makegood.cli.policy import commands
from makegood.kernel import MakegoodError
from makegood.trust.policy import Act, Role
from tests.trust.policy.asked import FOLDER


def types(*words):
    return CliRunner().invoke(commands, [str(word) for word in words])


def answers(*words):
    result = types(*words, "--json")
    assert result.stdout, result.exception
    return result.exit_code, json.loads(result.stdout)


def test_check_tells_how_many_hold(policies):
    code, said = answers("check", FOLDER)
    assert code == 0
    assert said["ok"] is True
    assert said["version"] == policies.version
    assert said["policies"] == len(policies.policies)
    assert said["cases"] >= 150
    assert f"{said['policies']} policies" in types("check", FOLDER).stdout


def test_check_finds_a_case_that_fails(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "policies")
    file = tmp_path / "policies" / "places.cedar"
    file.write_text(file.read_text("utf-8").replace("< 22", "< 23"), encoding="utf-8")
    code, said = answers("check", tmp_path / "policies")
    assert code == 1
    assert [finding["code"] for finding in said["findings"]] == ["MG766"]
    assert "the shift is over" in said["findings"][0]["message"]


def test_check_without_a_folder_takes_that_of_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path))
    monkeypatch.setenv("MAKEGOOD_POLICIES", str(FOLDER))
    assert answers("check")[1]["folder"] == str(FOLDER)
    monkeypatch.delenv("MAKEGOOD_POLICIES")
    assert answers("check")[1]["folder"] == str(FOLDER)
    monkeypatch.setenv("MAKEGOOD_POLICIES", str(tmp_path))
    with pytest.raises(MakegoodError, match="MG760"):
        raise types("check").exception


def test_the_table_is_what_is_decided(policies):
    _, said = answers("table", FOLDER)
    assert [row["act"] for row in said["acts"]] == list(Act)
    for row in said["acts"]:
        assert set(row["roles"]) == policies.who_may(Act(row["act"]))
        assert "device_known" in row["conditions"]
    assert {one["id"] for one in said["conditions"]} == {
        policy.policy_id for policy in policies.policies if not policy.permits
    }


@pytest.mark.parametrize(("language", "words"), [("ko", "매장 직원"), ("en", "shop agent")])
def test_the_table_speaks_both_languages(monkeypatch, language, words):
    monkeypatch.setenv("COLUMNS", "200")
    assert words in types("table", FOLDER, "--lang", language).stdout


def test_explain_says_what_must_hold():
    _, said = answers("explain", "--role", "shop_agent", "--act", "reveal", FOLDER)
    assert said["may"] is True
    assert [one["id"] for one in said["permitted_by"]] == ["shop_agent"]
    ids = {one["id"] for one in said["conditions"]}
    assert {"consent_in_shops", "shop_agent_in_the_shop", "case_named", "device_known"} <= ids
    assert "call_centre_hours" not in ids
    assert all(one["line"] > 1 for one in said["conditions"])


@pytest.mark.parametrize(("language", "words"), [("ko", "할 수 없습니다"), ("en", "no. Roles")])
def test_explain_says_who_may_instead(language, words):
    asked = ("explain", "--role", "auditor", "--act", "reveal", FOLDER)
    _, said = answers(*asked)
    assert said["may"] is False
    assert said["conditions"] == []
    assert Role.PRIVACY_OFFICER in said["roles_that_may"]
    assert words in types(*asked, "--lang", language).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "shop_agnt", "--act", "reveal"), "did you mean 'shop_agent'"),
        (("--role", "auditor", "--act", "revele"), "did you mean 'reveal'"),
    ],
)
def test_wrong_use_of_explain(monkeypatch, words, told):
    monkeypatch.setenv("COLUMNS", "200")
    result = types("explain", *words, FOLDER)
    assert result.exit_code == 2
    assert told in result.output


def test_a_language_that_nobody_speaks():
    with pytest.raises(MakegoodError, match="MG616"):
        raise types("table", FOLDER, "--lang", "fr").exception
