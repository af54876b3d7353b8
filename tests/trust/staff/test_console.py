"""Named members at the console, and the commands for staff."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from tests.staff_people import PASSWORD, MovedClock, code_of, kinds_logged, member
from tests.store_fixture import Database


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def signed_in():
    from makegood.trust import staff

    kim = member("kim.minji", "security_officer")
    return kim, staff.sign_in_at_console("kim.minji", PASSWORD, code_of(kim))


def test_the_account_is_the_systems_not_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    import platform
    import pwd

    from makegood.trust import staff

    name = pwd.getpwuid(os.getuid()).pw_name
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "park.jun")
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert staff.console_visitor().actor == f"console:{name}"
    here = f"console:{name}@{platform.node()}"
    assert staff.console_visitor().source == here[:120]
    monkeypatch.setenv("SUDO_UID", "1000")
    assert staff.console_visitor().source.endswith(" sudo:1000")
    monkeypatch.setenv("SUDO_UID", "kim minji")
    assert "minji" not in staff.console_visitor().source


def token_file(folder: Path) -> Path:
    (found,) = folder.rglob("session-*.json")
    return found


def test_a_member_signs_in_at_the_console(own_state: Path) -> None:
    from makegood.trust import staff

    assert staff.console_visitor().principal.kind == "console"
    kim, _session = signed_in()
    visitor = staff.console_visitor()
    assert visitor.actor == kim.actor
    assert visitor.sign_in_strength == "totp"
    assert visitor.network == "console"
    assert token_file(own_state).stat().st_mode & 0o777 == 0o600
    assert staff.sign_out_at_console()
    assert staff.console_visitor().principal.kind == "console"
    assert {"staff.signed_in", "staff.signed_out"} <= set(kinds_logged())


def test_the_session_ends_after_an_hour(hand: MovedClock) -> None:
    from makegood.trust import staff

    signed_in()
    for _ in range(5):
        hand.move(minutes=10)
        assert staff.console_visitor().principal.kind == "staff"
    hand.move(minutes=10)
    assert staff.console_visitor().principal.kind == "console"


def test_a_token_file_that_others_may_read_is_not_believed(own_state: Path) -> None:
    from makegood.trust import staff

    signed_in()
    token_file(own_state).chmod(0o644)
    assert staff.console_visitor().principal.kind == "console"


def test_a_token_of_another_machine_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    from makegood.trust import staff

    signed_in()
    monkeypatch.setattr("platform.node", lambda: "elsewhere")
    assert staff.console_visitor().principal.kind == "console"
    monkeypatch.undo()
    assert staff.Session.objects.get().end_reason == "other_device"


@pytest.mark.parametrize("wrong", ["name", "password", "code", "inactive"])
def test_whatever_is_wrong_is_told_alike(wrong: str) -> None:
    from makegood.trust import staff

    kim = member("kim.minji")
    if wrong == "inactive":
        staff.Member.objects.update(is_active=False)
    with pytest.raises(MakegoodError) as told:
        staff.sign_in_at_console(
            "lee.sora" if wrong == "name" else "kim.minji",
            "wrong" if wrong == "password" else PASSWORD,
            "000000" if wrong == "code" else code_of(kim),
        )
    (finding,) = told.value.findings
    assert finding.code == "MG785"
    assert finding.message == "the name, the password or the code is not right"


def test_the_console_locks_out_too() -> None:
    from makegood.trust import staff

    kim = member("kim.minji")
    for _ in range(5):
        with pytest.raises(MakegoodError):
            staff.sign_in_at_console("kim.minji", "wrong", "000000")
    with pytest.raises(MakegoodError) as told:
        staff.sign_in_at_console("kim.minji", PASSWORD, code_of(kim))
    assert told.value.findings[0].message == "too many attempts"


def run(database: Database, *words: str, given: str = "", code: int = 0):
    done = subprocess.run(
        [sys.executable, "-c", "from makegood.cli import main; main()", *words],
        env={**database.environment, "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if "--json" in words else done.stdout


def test_the_commands_for_staff(database: Database) -> None:
    added = run(
        database, "staff", "add", "kim.minji", "--shown", "김민지", "--role", "auditor", "--json"
    )
    assert added["roles"] == ["auditor"]
    assert "/account/invitation/" in added["invitation"]
    refused = run(database, "staff", "add", "lee", "--role", "auditr", "--json", code=2)
    assert refused["findings"][0]["hint"] == "did you mean 'auditor'?"
    assert (
        run(database, "staff", "add", "kim.minji", "--json", code=1)["findings"][0]["code"]
        == "MG781"
    )
    given = run(database, "staff", "roles", "kim.minji", "--role", "supervisor", "--json")
    assert given == {"name": "kim.minji", "roles": ["supervisor"]}
    shown = run(database, "staff", "show", "kim.minji", "--json")
    assert shown["factors"] == []
    assert run(database, "staff", "show", "kim.minj", "--json", code=2)["findings"][0]["hint"] == (
        "did you mean 'kim.minji'?"
    )
    assert run(database, "staff", "deactivate", "kim.minji", "--json")["active"] is False
    assert "not active" in run(database, "staff", "list")


def test_sign_in_and_out_by_command(database: Database) -> None:
    kim = member("kim.minji", "security_officer")
    kim.password = ""
    from django.contrib.auth.hashers import ScryptPasswordHasher

    hasher = ScryptPasswordHasher()
    kim.password = hasher.encode(PASSWORD, hasher.salt())
    kim.save()
    session = run(
        database,
        *("sign-in", "--name", "kim.minji", "--json"),
        given=f"{PASSWORD}\n{code_of(kim)}\n",
    )
    assert session["at"] == "console"
    listed = run(database, "staff", "sessions", "--json")["sessions"]
    assert [one["name"] for one in listed] == ["kim.minji"]
    run(database, "staff", "revoke", session["session_id"], "--json")
    assert run(database, "sign-out", "--json") == {"ended": False}
