"""What lets staff have more takes two persons, once there are two who can agree."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from makegood.cli.proposals import commands
from makegood.kernel import MakegoodError
from makegood.trust import staff
from makegood.trust.access import Refused, Visitor
from tests.staff_people import PASSWORD, browser, code_of, member, sign_in
from tests.store_fixture import Database

CONSOLE = Visitor.console("root")


@pytest.fixture(autouse=True)
def at_the_console(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, database.environment[name])


def officers() -> tuple[Any, Any]:
    return member("park.jun", "security_officer"), member("lee.sora", "security_officer")


def types(*words: str) -> Any:
    result = CliRunner().invoke(commands, [*words, "--json"])
    if isinstance(result.exception, MakegoodError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def proposed(act: Any) -> str:
    """What the refusal of an act says is to be proposed is proposed; its number."""
    with pytest.raises(MakegoodError) as error:
        act()
    (finding,) = error.value.findings
    assert finding.code == "MG769"
    program, group, *words = shlex.split(finding.hint.partition(";")[0])
    assert (program, group) == ("makegood", "proposal")
    return str(types(*words)["proposal_id"])


def approved(number: str, who: Any) -> None:
    """Somebody signs in at this console, approves, and signs out."""
    staff.sign_in_at_console(who.sign_in_name, PASSWORD, code_of(who))
    try:
        assert types("approve", number)["decided_by"] == who.actor
    finally:
        staff.sign_out_at_console()


def details(kind: str) -> list[dict[str, Any]]:
    from makegood.trust.audit import entries

    return [dict(entry.record.details) for entry in entries() if entry.record.kind == kind]


def asked_device(who: Any) -> Any:
    client = browser()
    sign_in(client, who)
    client.post("/account/devices/", {"name": "desk 14"})
    (device,) = staff.devices_waiting(CONSOLE)
    return device.device_id


def act_of(name: str) -> Any:
    """An act that lets somebody have more, of an officers' colleague who was set aside."""
    kim = member("kim.minji", "auditor")
    device: Any = asked_device(kim) if name == "device" else None
    officers()
    if name == "activate":
        staff.deactivate(CONSOLE, kim)
    return {
        "add": lambda: staff.add_member(CONSOLE, "puppet", roles=["security_officer"]),
        "add_tied": lambda: staff.add_member(CONSOLE, "pup", roles=["auditor"], subject="00u1"),
        "roles": lambda: staff.give_roles(CONSOLE, kim, ["security_officer"]),
        "activate": lambda: staff.activate(CONSOLE, kim),
        "invite": lambda: staff.invite_again(CONSOLE, kim),
        "device": lambda: staff.approve_device(CONSOLE, device),
    }[name]


@pytest.mark.parametrize("name", ["add", "add_tied", "roles", "activate", "invite", "device"])
def test_whatever_gives_more_takes_two_persons_and_is_done_once(name: str) -> None:
    act = act_of(name)
    before = _state()
    number = proposed(act)
    with pytest.raises(MakegoodError, match="MG769"):
        act()
    assert _state() == before
    approved(number, staff.member_named("lee.sora"))
    act()
    assert _state() != before
    assert types("show", number)["state"] == "used"
    with pytest.raises(MakegoodError, match="MG769"):
        act() if name != "roles" else staff.give_roles(
            CONSOLE, staff.member_named("kim.minji"), ["security_officer", "auditor"]
        )


def _state() -> list[Any]:
    from makegood.trust.staff.models import Invitation

    members = staff.Member.objects.order_by("sign_in_name")
    return [
        list(members.values_list("sign_in_name", "roles", "is_active")),
        list(Invitation.objects.order_by("pk").values_list("pk", flat=True)),
        staff.Device.objects.filter(approved_at__isnull=False).count(),
    ]


def test_an_approval_is_for_exactly_these_roles() -> None:
    _park, lee = officers()
    approved(proposed(lambda: staff.add_member(CONSOLE, "kim.minji", roles=["auditor"])), lee)
    for name, roles in (("kim.minji", ["privacy_officer"]), ("kim.minj", ["auditor"])):
        with pytest.raises(MakegoodError, match="MG769"):
            staff.add_member(CONSOLE, name, roles=roles)
    staff.add_member(CONSOLE, "kim.minji", roles=["auditor"])
    (said,) = [one for one in details("staff.made") if one["roles"] == ["auditor"]]
    assert "bootstrap" not in said
    assert said["proposal"]


def test_an_officer_alone_makes_no_second_person_either() -> None:
    park, lee = officers()
    staff.sign_in_at_console(park.sign_in_name, PASSWORD, code_of(park))

    def add() -> object:
        return staff.add_member(staff.console_visitor(), "puppet", roles=["security_officer"])

    number = proposed(add)
    with pytest.raises(Refused) as error:
        types("approve", number)
    assert "proposer_is_not_approver" in error.value.policy_ids
    staff.sign_out_at_console()
    approved(number, lee)


def test_whom_it_concerns_does_not_approve_it() -> None:
    park, lee = officers()
    number = proposed(lambda: staff.invite_again(CONSOLE, park))
    with pytest.raises(Refused) as error:
        approved(number, park)
    assert error.value.policy_ids == ("not_ones_own_change",)
    approved(number, lee)


def test_the_console_does_not_approve_it() -> None:
    officers()
    number = proposed(lambda: staff.add_member(CONSOLE, "puppet", roles=["security_officer"]))
    with pytest.raises(Refused) as error:
        types("approve", number)
    assert "approvals_by_members" in error.value.policy_ids


def test_before_there_are_two_one_begins_alone_and_every_entry_says_so() -> None:
    park = member("park.jun", "security_officer")
    staff.give_roles(CONSOLE, park, ["security_officer", "auditor"])
    staff.give_roles(CONSOLE, park, ["security_officer"])
    staff.deactivate(CONSOLE, park)
    staff.activate(CONSOLE, park)
    staff.approve_device(CONSOLE, asked_device(park))
    kinds = ("staff.made", "staff.role_given", "staff.enabled", "device.approved")
    for kind in kinds:
        assert [one["bootstrap"] for one in details(kind)] == [True], kind
    staff.invite_again(CONSOLE, park)
    assert [one["bootstrap"] for one in details("staff.changed")] == [True]
    assert [one.get("bootstrap") for one in details("staff.role_taken")] == [None]


def test_an_officer_who_never_accepted_is_not_the_second() -> None:
    member("park.jun", "security_officer")
    staff.add_member(CONSOLE, "lee.sora", roles=["security_officer"])
    staff.add_member(CONSOLE, "kim.minji", roles=["auditor"])


def test_setting_officers_aside_does_not_bring_the_beginning_back(database: Database) -> None:
    park, lee = officers()
    staff.deactivate(CONSOLE, park)
    staff.give_roles(CONSOLE, lee, [])
    with pytest.raises(MakegoodError, match="MG769"):
        staff.add_member(CONSOLE, "puppet", roles=["security_officer"])
    with database.program.connect(autocommit=True) as other:
        for statement in ("DELETE FROM proposal_needed_since", "TRUNCATE proposal_needed_since"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                other.execute(statement)


def test_taking_away_stays_one_person_s_act_and_quick() -> None:
    park, lee = officers()
    sign_in(browser(), lee)
    device = asked_device(park)
    (session, *_more) = staff.open_sessions(lee)
    staff.revoke_session(CONSOLE, session.session_id)
    staff.revoke_device(CONSOLE, device)
    assert staff.give_roles(CONSOLE, park, []) == []
    staff.deactivate(CONSOLE, lee)


def test_an_officer_who_signed_in_approves_another_s_device_alone() -> None:
    park, lee = officers()
    device = asked_device(park)
    staff.sign_in_at_console(lee.sign_in_name, PASSWORD, code_of(lee))
    assert staff.approve_device(staff.console_visitor(), device).approved_by == lee.actor
