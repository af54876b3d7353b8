"""``run``, ``work`` and the worker's tasks, with the partner's folder between."""

import json

import pytest
from typer.testing import CliRunner

from makegood.channels.exchange import PartnerFolders
from makegood.channels.exchange.fake import Behaviour, FakePartner
from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.runs import RunKind, RunState, Step, run_of
from makegood.runs.rows import select, shards_of
from makegood.runs.troubles import report
from makegood.trust import clock
from tests.runs.execution.hand_made import hand_made
from tests.staff_people import PASSWORD, code_of, installed, member, moved_clock, to_office_hours


@pytest.fixture
def console(database, monkeypatch, tmp_path):
    """A payment officer who has signed in at this console in the afternoon."""
    from makegood.configuration import Settings
    from makegood.trust import staff

    for name in ("MAKEGOOD_HOME", "MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, database.environment[name])
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with moved_clock() as moved, installed(database, monkeypatch):
        to_office_hours(moved)
        officer = member("park.jun", "payment_officer")
        staff.sign_in_at_console("park.jun", PASSWORD, code_of(officer))
        yield Settings.load()


def types(*words, code: int = 0) -> str:
    result = CliRunner().invoke(application, [str(word) for word in words])
    if isinstance(result.exception, MakegoodError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def answers(*words, code: int = 0):
    return json.loads(types(*words, "--json", code=code))


def partner_of(settings, channel: str, **behaviour) -> FakePartner:
    folders = PartnerFolders.of(settings, channel)
    return FakePartner(folders, settings.home / "partner", behaviour=Behaviour(**behaviour))


@pytest.mark.usefixtures("console")
def test_what_goes_wrong_is_to_be_seen_while_it_lasts():
    assert "nothing goes wrong" in types("run", "troubles")
    report({Step.PLAN: ["error MG872: the facts are too old"]})
    [trouble] = answers("run", "troubles")["troubles"]
    assert (trouble["step"], trouble["words"]) == ("plan", "error MG872: the facts are too old")
    assert "plan, since" in types("run", "troubles")


def test_a_run_is_carried_out_and_seen_while_it_goes_on(console):
    run = hand_made(console, kind=RunKind.BILL, amount=1_000, state=RunState.CHECKED)
    partner = partner_of(console, "billing", failed=400)
    (listed,) = answers("run", "list")["runs"]
    assert (listed["run"], listed["state"], listed["items"]) == (str(run.run_id), "checked", 10)
    short = str(run.run_id)[:8]
    proposed = answers("run", "release", short, "--reason", "totals as agreed")
    assert proposed["proposal"]
    assert "another person" in answers("run", "show", short)["next"]
    with pytest.raises(MakegoodError, match=f"MG769(.|\n)*approve {proposed['proposal']}"):
        types("run", "release", short)
    from makegood.trust.proposals import approve

    approve(proposed["proposal"], by="staff:another")
    assert answers("run", "release", short)["state"] == "released"
    before = answers("run", "show", short)
    assert (before["not_sent"], before["unknown"]) == (10, 0)
    assert "not sent yet" in types("run", "list")
    assert answers("work", "--until-idle", "--quiet")["sent"] == 3
    sent = answers("run", "show", short)
    assert sent["shards_by_state"]["sent"] == 3
    assert (sent["not_sent"], sent["unknown"]) == (0, 10)
    assert sent["due_at"].endswith("+09:00")
    assert " KST" in types("run", "show", short)
    partner.step(clock.now())
    done = answers("work", "--until-idle", "--quiet")
    assert (done["answers"], done["closed"], done["troubles"]) == (10, 1, [])
    shown = answers("run", "show", short)
    assert shown["state"] == "closed"
    assert shown["done"] + shown["failed"] == 10
    assert shown["failed"] == sum(each["items"] for each in shown["failures"]) > 0
    assert shown["failures"][0]["code"] == "line_not_active"
    assert "retry" in shown["next"]
    told = types("run", "show", short)
    assert "closed" in told
    assert "line_not_active" in told


def test_a_run_is_held_and_given_up(console):
    run = hand_made(console)
    assert answers("run", "pause", run.run_id, "--reason", "a call")["paused"]
    assert answers("work", "--once", "--quiet")["sent"] == 0
    assert not answers("run", "resume", run.run_id, "--reason", "settled")["paused"]
    assert answers("run", "cancel", run.run_id, "--reason", "wrong lines")["state"] == "cancelled"
    assert "cancelled" in types("run", "list")


@pytest.mark.usefixtures("console")
def test_an_answer_in_json_needs_an_end():
    for words in (["work", "--json"], ["work", "--once", "--until-idle"]):
        with pytest.raises(MakegoodError, match="MG880"):
            types(*words)


def test_the_queue_sends_each_shard_once(console):
    from makegood.project.tasks import OUTSIDE_DUTIES, carry_out_runs, send_shard

    run = hand_made(console)
    partner = partner_of(console, "provisioning")
    carry_out_runs(0)
    carry_out_runs(0)
    jobs = select("SELECT args FROM procrastinate_jobs WHERE task_name = 'makegood.send_shard'")
    given = [json.loads(row[0]) for row in jobs]
    assert [each["number"] for each in given] == [1, 2, 3]
    for each in (*given, *given):
        send_shard(**each)
    assert {shard.state.value for shard in shards_of(run.run_id)} == {"sent"}
    partner.step(clock.now())
    (duty,) = [each for each in OUTSIDE_DUTIES if each.name == "answers"]
    assert duty.do() > 0
    assert run_of(run.run_id).state is RunState.CLOSED
    assert set(partner.granted().values()) == {1}
