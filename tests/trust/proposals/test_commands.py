"""``proposal …`` at the console: through the gate, by who is there."""

import json
import shutil

import pytest
from django.db import connection, transaction
from typer.testing import CliRunner

from makegood.cli.proposals import commands
from makegood.kernel import MakegoodError
from makegood.trust.access import Refused
from makegood.trust.policy import PolicySet
from makegood.trust.proposals import (
    ProposalKind,
    State,
    approve,
    hash_of,
    proposal_of,
    proposals,
    propose,
    redeem,
)
from tests.staff_people import PASSWORD, code_of, installed, member
from tests.trust.policy.asked import FOLDER
from tests.trust.proposals.hands import ANN


@pytest.fixture(autouse=True)
def installation(database, monkeypatch):
    for name in ("MAKEGOOD_HOME", "MAKEGOOD_DATABASE_URL", "MAKEGOOD_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, database.environment[name])
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def officer(database, monkeypatch, tmp_path):
    """A security officer who has signed in at this console."""
    from makegood.trust import staff

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with installed(database, monkeypatch):
        park = member("park.jun", "security_officer")
        staff.sign_in_at_console("park.jun", PASSWORD, code_of(park))
        yield park


def types(*words):
    result = CliRunner().invoke(commands, [str(word) for word in words])
    if isinstance(result.exception, MakegoodError):
        raise result.exception
    return result


def answers(*words):
    result = types(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def log():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM audit_entry ORDER BY entry_id")
        kinds = [kind for (kind,) in cursor.fetchall()]
    return [kind for kind in kinds if kind.partition(".")[0] in {"proposal", "access"}]


def test_the_console_proposes_a_member_approves_and_it_is_used():
    made = answers("propose", "rotate_keys", "--reason", "the year is over")
    assert made["state"] == "open"
    assert made["subject"] == "keys"
    assert made["proposed_by"].startswith("console:")
    assert answers("show", made["proposal_id"]) == made
    approve(proposals(State.OPEN)[0].proposal_id, by=ANN)
    with transaction.atomic():
        redeem(ProposalKind.ROTATE_KEYS, "keys", hash_of({}), by=made["proposed_by"])
    assert answers("show", made["proposal_id"])["state"] == "used"


def test_a_member_who_signed_in_here_approves_what_the_console_proposed(officer):
    made = propose(ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by="console:lee")
    said = answers("approve", made.proposal_id, "--reason", "agreed")
    assert said["state"] == "approved"
    assert said["decided_by"] == officer.actor
    assert said["decision_reason"] == "agreed"
    assert log()[-2:] == ["access.permitted", "proposal.approved"]


@pytest.mark.parametrize("by", [ANN, "console:lee"])
def test_the_console_itself_approves_nothing(by):
    made = propose(ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by=by)
    with pytest.raises(Refused) as error:
        types("approve", made.proposal_id)
    assert set(error.value.policy_ids) == {"approvals_by_members", "no_role_permits"}
    assert proposal_of(made.proposal_id).state is State.OPEN
    assert log()[-1] == "access.refused"


def test_the_console_does_not_approve_money():
    contents = {"total": 1}
    made = propose(ProposalKind.RELEASE_RUN, "run:2026-02", contents, "February", by=ANN)
    with pytest.raises(Refused) as error:
        types("approve", made.proposal_id)
    assert "no_role_permits" in error.value.policy_ids


def test_a_refusal_and_a_withdrawal(officer):
    made = propose(ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by=ANN)
    assert answers("refuse", made.proposal_id, "--reason", "not now")["state"] == "refused"
    own = answers("propose", "rotate_keys", "--reason", "the year is over")
    assert answers("withdraw", own["proposal_id"])["state"] == "withdrawn"
    assert own["proposed_by"] == officer.actor
    another = propose(ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by=ANN)
    with pytest.raises(Refused) as error:
        types("withdraw", another.proposal_id)
    assert error.value.policy_ids == ("withdrawn_by_the_proposer",)


def test_other_policies_are_proposed_by_their_version(tmp_path):
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder)
    file = folder / "places.cedar"
    file.write_text(file.read_text("utf-8") + "\n// reviewed\n", encoding="utf-8")
    asked = ("propose", "change_policies", "--policies", folder, "--reason", "reviewed")
    assert answers(*asked)["contents"] == {"version": PolicySet.load(folder).version}
    file.write_text(file.read_text("utf-8").replace("< 22", "< 23"), encoding="utf-8")
    with pytest.raises(MakegoodError, match="MG766"):
        types(*asked)


def test_a_run_is_proposed_with_its_contents(tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"total": 12, "shards": 2}', encoding="utf-8")
    asked = ("propose", "release_run", "--subject", "run:2026-02", "--contents", file)
    made = answers(*asked, "--reason", "February")
    assert made["contents"] == {"total": 12, "shards": 2}
    assert made["contents_sha256"] == hash_of(made["contents"])
    assert "total" in types("show", made["proposal_id"]).stdout
    for bad in ("[1]", "{", '{"share": 0.5}', '{"total": 12, "note": "all is well"}'):
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(MakegoodError, match=r"MG768|MG787"):
            types(*asked, "--reason", "February")


def test_contents_can_be_typed():
    asked = ("propose", "release_run", "--subject", "run:2026-02", "--reason", "February")
    assert answers(*asked, "--contents", '{"total": 12}')["contents"] == {"total": 12}
    with pytest.raises(MakegoodError, match="--contents is no JSON object"):
        types(*asked, "--contents", '{"total": ')


def test_a_programme_is_not_proposed_with_a_forecast_of_one_s_own(tmp_path):
    file = tmp_path / "said.json"
    file.write_text('{"sha256": "' + "ab" * 32 + '"}', encoding="utf-8")
    asked = ("propose", "publish_programme", "--subject", "programme:kt-2025", "--reason", "now")
    with pytest.raises(MakegoodError, match="worked out") as error:
        types(*asked, "--contents", file)
    (finding,) = error.value.findings
    assert (finding.code, finding.hint) == ("MG787", "use 'makegood programme propose'")
    assert proposals() == []


def test_a_reason_with_somebody_s_number_is_not_taken():
    with pytest.raises(MakegoodError, match="MG773"):
        types("propose", "rotate_keys", "--reason", "ask 010-1234-5678")
    assert proposals() == []


def test_the_list():
    assert "no proposals" in types("list").stdout
    made = answers("propose", "rotate_keys", "--reason", "the year is over")
    assert answers("list")["proposals"] == [made]
    assert answers("list", "--state", "open", "--kind", "rotate_keys")["proposals"] == [made]
    assert answers("list", "--state", "used")["proposals"] == []
    assert answers("list", "--kind", "release_run")["proposals"] == []
    assert made["proposal_id"] in types("list").stdout
    for words in (("--state", "opened"), ("--kind", "rotate_key")):
        with pytest.raises(MakegoodError, match="MG787"):
            types("list", *words)
