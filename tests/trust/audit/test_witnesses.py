"""Checkpoints go to a witness over HTTP; what it signs is verified, and what it refuses is told."""

import pytest

from makegood.configuration import Witness
from makegood.kernel import MakegoodError
from makegood.trust.audit import (
    cosigned_note,
    newest_checkpoint,
    publish_checkpoint,
    send_to_witness,
    verify,
)
from makegood.trust.audit.signers import make_signer, newest_signer
from tests.trust.audit.entries import ORIGIN, behind_the_back, master_key, write, write_many
from tests.trust.audit.witness_fake import NOW, running


@pytest.fixture
def log(database):
    """A log with a checkpoint over a few entries, and what signs further ones."""
    write(3)
    keys = master_key(database)
    publish_checkpoint(keys, ORIGIN)
    return lambda: publish_checkpoint(keys, ORIGIN)


@pytest.fixture
def witness(log):
    """A witness that knows the log, and how the settings name it."""
    assert log
    signer = newest_signer()
    assert signer
    with running(signer.verifier_key) as (state, address):
        yield state, Witness(url=address, verifier_key=state.verifier_key)


def test_a_checkpoint_is_cosigned_and_the_cosignature_kept(log, witness):
    state, named = witness
    first = send_to_witness(named)
    assert first.finding is None
    assert first.posix_seconds == NOW
    assert state.requests[0].startswith("old 0\n\n")
    write_many(300)
    newest = log()
    second = send_to_witness(named)
    assert second.finding is None
    assert state.size == newest.size == second.size
    assert state.requests[1].startswith(f"old {first.size}\n")
    assert cosigned_note(newest).count("\n— ") == 2
    result = verify()
    assert result.ok
    assert result.witnesses == 2


def test_the_same_checkpoint_is_not_sent_twice(log, witness):
    state, named = witness
    send_to_witness(named)
    assert send_to_witness(named).stood_already
    assert len(state.requests) == 1
    assert log().number == 1, "word of a cosignature alone is no reason for a checkpoint"


def test_a_witness_that_remembers_more_than_we_do_says_its_size(log, witness, database):
    state, named = witness
    send_to_witness(named)
    write(5)
    log()
    send_to_witness(named)
    with behind_the_back(database) as connection:
        connection.execute("DELETE FROM audit_cosignature")
    write(5)
    newest = log()
    again = send_to_witness(named)
    assert again.finding is None
    assert state.size == newest.size
    # First the size that we thought, then the one that the witness told.
    assert [body.split("\n")[0] for body in state.requests[2:]] == ["old 0", "old 11"]


def test_a_log_that_was_cut_is_an_alarm(witness):
    state, named = witness
    state.size, state.root = 4_000, bytes(32)
    finding = send_to_witness(named).finding
    assert finding
    assert finding.code == "MG756"
    assert "it has cosigned 4,000 entries, and the log has 4" in finding.message


def test_a_log_that_was_rewritten_is_an_alarm(log, witness):
    state, named = witness
    state.size, state.root = 4, bytes(32)
    finding = send_to_witness(named).finding
    assert finding
    assert finding.code == "MG756"
    write(5)
    log()
    state.size = 3
    finding = send_to_witness(named).finding
    assert finding
    assert finding.code == "MG756"
    assert verify().witnesses == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("signature", "does not verify"),
        ("name", "signed with another key"),
        ("status", "status 500"),
        ("long", "too long"),
    ],
)
def test_an_answer_that_is_none_is_told_and_not_kept(witness, spoil, words):
    state, named = witness
    state.spoil = spoil
    finding = send_to_witness(named).finding
    assert finding
    assert finding.code == "MG755"
    assert words in finding.message
    assert verify().witnesses == 0


def test_a_witness_that_does_not_know_the_log_or_its_key(log, witness, database):
    state, named = witness
    make_signer(master_key(database), ORIGIN, "console:tester")
    log()
    finding = send_to_witness(named).finding
    assert finding
    assert "it does not know the key" in finding.message
    state.log_key = state.log_key.replace(ORIGIN, "other.example/log")
    finding = send_to_witness(named).finding
    assert finding
    assert "it does not know this log" in finding.message


@pytest.mark.usefixtures("log")
def test_a_witness_that_is_not_there():
    with running("a+b+c") as (state, address):
        key = state.verifier_key
    finding = send_to_witness(Witness(url=address, verifier_key=key)).finding
    assert finding
    assert finding.code == "MG755"
    assert "cannot be reached" in finding.message


@pytest.mark.usefixtures("log")
def test_a_key_that_is_no_witnesss():
    signer = newest_signer()
    assert signer
    with pytest.raises(MakegoodError, match="MG757"):
        send_to_witness(Witness(url="http://127.0.0.1:9", verifier_key="nothing"))
    with pytest.raises(MakegoodError, match="MG757"):
        send_to_witness(Witness(url="http://127.0.0.1:9", verifier_key=signer.verifier_key))


def test_a_cosignature_that_was_changed_is_named(witness, database):
    _, named = witness
    send_to_witness(named)
    for column, change in {
        "signature_line": (
            "overlay(signature_line placing"
            " CASE substr(signature_line, 40, 1) WHEN 'B' THEN 'C' ELSE 'B' END from 40 for 1)"
        ),
        "received_at": "received_at + interval '1 microsecond'",
        "verifier_key": "verifier_key || 'x'",
        "number": "number + 1",
    }.items():
        with behind_the_back(database) as connection:
            connection.execute("CREATE TEMPORARY TABLE kept AS TABLE audit_cosignature")
            connection.execute(f"UPDATE audit_cosignature SET {column} = {change}")
            connection.commit()
            result = verify()
            connection.execute("DELETE FROM audit_cosignature")
            connection.execute("INSERT INTO audit_cosignature TABLE kept")
        told = "\n".join(finding.message for finding in result.findings)
        assert "cosignature of witness.example/w1 under checkpoint" in told, column
    with behind_the_back(database) as connection:
        connection.execute("DELETE FROM audit_cosignature")
    assert "it is missing" in verify().findings[0].message
    assert newest_checkpoint()
