"""The commands as somebody at the console uses them."""

import json
import sys
from itertools import islice

import pytest

from makegood.cli.application import run as run_program
from makegood.trust.audit import entries
from makegood.trust.proposals import ProposalKind, approve, propose
from tests.trust.audit.entries import behind_the_back, write_many
from tests.trust.audit.witness_fake import running


@pytest.fixture
def run(database, tmp_path, monkeypatch, capsys):
    """Runs a command on this test's database; exit code, answer, what is told beside it."""
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MAKEGOOD_LOG_ORIGIN", "a.example/log")
    monkeypatch.chdir(tmp_path)

    def runs(*words: object, **variables: str) -> tuple[int, str, str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["makegood", "audit", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_program()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return runs


def test_from_the_first_checkpoint_to_a_proof(run, tmp_path):
    write_many(300)
    code, note, _ = run("checkpoint")
    assert code == 0
    name, covered = note.splitlines()[:2]
    assert name == "a.example/log"
    assert int(covered) > 300
    code, keys, _ = run("key")
    assert keys.startswith("a.example/log+")
    code, text, _ = run("verify", "--json", "--trust", keys.strip())
    assert code == 0
    answer = json.loads(text)
    assert (answer["ok"], answer["entries"], answer["covered"]) == (
        True,
        # Of the checkpoint, and that it is being verified.
        int(covered) + 2,
        int(covered),
    )

    code, text, _ = run("log", "--person", "C00012", "--json")
    (found,) = json.loads(text)
    assert found["case"] == "case-12"
    # The command signs at its end what it wrote.
    assert [each.record.kind for each in islice(entries(newest_first=True), 2)] == [
        "log.checkpoint_signed",
        "log.read",
    ]
    assert run("prove", found["entry_id"], "--out", "proof")[0] == 0
    assert (tmp_path / "proof").read_text().startswith("c2sp.org/tlog-proof@v1\n")
    code, _, told = run("prove", found["entry_id"], "--out", "proof")
    assert (code, "MG759" in told) == (2, True)

    code, text, _ = run("checkpoint", "--json")
    size = json.loads(text)["size"]
    code, text, _ = run("consistency", covered, size)
    assert json.loads(text)["to"] == size
    code, text, _ = run("export", "copy", "--json", "--quiet")
    assert json.loads(text)["to"] > size, "the command before signed what it wrote"
    assert (tmp_path / "copy" / "tile" / "0" / "000").is_file()


def test_what_is_wrong_is_told_with_its_entry(run, database):
    write_many(30)
    run("checkpoint")
    with behind_the_back(database) as connection:
        row = connection.execute(
            "UPDATE audit_entry SET actor = 'staff:nobody' WHERE entry_id ="
            " (SELECT entry_id FROM audit_leaf WHERE leaf_index = 11) RETURNING entry_id::text"
        ).fetchone()
        assert row
    code, text, told = run("verify", "--json")
    assert code == 1
    answer = json.loads(text)
    assert not answer["ok"]
    assert answer["findings"][0]["code"] == "MG744"
    assert row[0] in answer["findings"][0]["message"]
    assert f"MG744: entry {row[0]} at place 11: column 'actor'" in told
    code, text, _ = run("verify")
    assert code == 1
    assert "1 problem\n" in text


def test_a_checkpoint_goes_to_the_witnesses_of_the_settings(run):
    run("checkpoint")
    key = run("key")[1].strip()
    with running(key) as (state, address):
        named = json.dumps([{"url": address, "verifier_key": state.verifier_key}])
        code, text, _ = run("witness", "--json", MAKEGOOD_WITNESSES=named)
        assert code == 0
        assert json.loads(text)["ok"]
        state.size = 9_000
        assert run("key", "--new", MAKEGOOD_WITNESSES=named)[0] == 1
        agreed = propose(
            ProposalKind.ROTATE_KEYS, "keys:log", {}, "the year is over", by="staff:17"
        )
        approve(agreed.proposal_id, by="staff:18")
        assert run("key", "--new", MAKEGOOD_WITNESSES=named)[0] == 0
        run("checkpoint")
        code, text, told = run("witness", "--json", MAKEGOOD_WITNESSES=named)
        assert code == 1
        assert json.loads(text)["witnesses"][0]["finding"]["code"] == "MG755"
        assert "does not know the key" in told
    assert len(run("key", "--json")[1].split("a.example/log+")) == 3


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["witness"], "MG758", 2),
        (["export", "copy"], "MG753", 1),
        (["prove", "no-identifier"], "MG750", 2),
        (["consistency", "1", "2"], "MG753", 1),
        (["log", "--kind", "personal_data.reveal"], "MG740", 2),
        (["verify", "--trust", "nothing"], "MG749", 2),
    ],
)
def test_wrong_use_is_told(run, words, code, exit_code):
    done = run(*words)
    assert done[0] == exit_code
    assert code in done[2]
