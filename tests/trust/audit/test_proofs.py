"""Proofs that the stand-alone script checks, run as whoever has only Python and cryptography."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from makegood.configuration import Witness
from makegood.kernel import MakegoodError
from makegood.trust.audit import (
    entries,
    integrate_all,
    make_signer,
    prove,
    prove_consistency,
    publish_checkpoint,
    send_to_witness,
    verifier_keys,
)
from makegood.trust.audit.signers import newest_signer
from tests.trust.audit.entries import ORIGIN, behind_the_back, master_key, write, write_many
from tests.trust.audit.witness_fake import NAME, running

SCRIPT = Path(__file__).parents[3] / "tools" / "verify_proof.py"


def checked(file: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of the script, which finds nothing of this project."""
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT, file, "--json", *options], capture_output=True, check=False
    )
    assert b"Traceback" not in run.stderr
    return run.returncode, json.loads(run.stdout) if run.stdout else {}


def key_options() -> list[str]:
    return [part for key in verifier_keys() for part in ("--key", str(key))]


@pytest.fixture
def sealed(database):
    keys = master_key(database)
    write(3)
    publish_checkpoint(keys, ORIGIN)
    write_many(600)
    publish_checkpoint(keys, ORIGIN)
    return keys


def test_the_script_needs_nothing_of_this_project():
    text = SCRIPT.read_text()
    assert "import makegood" not in text
    assert "from makegood" not in text


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("position", [0, 1, 3, 255, 256, 603])
def test_an_inclusion_proof_holds(tmp_path, position):
    entry = list(entries())[position]
    file = tmp_path / "entry.tlog-proof"
    file.write_text(prove(entry.entry_id).render())
    code, answer = checked(file, *key_options())
    assert code == 0
    assert answer["entry"]["entry_id"] == str(entry.entry_id)
    assert answer["entry"]["kind"] == entry.record.kind
    assert answer["log"] == ORIGIN


@pytest.mark.usefixtures("sealed")
def test_a_changed_proof_does_not_hold(tmp_path):
    entry = list(entries())[100]
    text = prove(entry.entry_id).render()
    file = tmp_path / "entry.tlog-proof"
    keys = key_options()
    payload = base64.b64encode(entry.payload.replace(b"callback", b"audit___")).decode()
    lines = text.split("\n")
    changes = {
        "another entry": text.replace(lines[1], f"extra {payload}"),
        "another place": text.replace(lines[2], "index 101"),
        "a hash less": text.replace(lines[3] + "\n", ""),
        "a hash more": text.replace(lines[3] + "\n", f"{lines[3]}\n{lines[3]}\n"),
        "another size": text.replace("\n605\n", "\n606\n"),
        "no signature": text[: text.rindex("— ")],
        "nothing": "",
        "no text": "\udcff",
    }
    for what, changed in changes.items():
        file.write_text(changed, errors="surrogateescape")
        assert checked(file, *keys)[0] == 1, what
    file.write_text(text)
    stranger = "other.example/log+00000000+AQ=="
    assert checked(file, "--key", stranger)[0] == 2
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert checked(file, "--key", other)[0] == 1
    assert checked(tmp_path / "missing", *keys)[0] == 1


@pytest.mark.usefixtures("sealed")
def test_a_consistency_proof_holds_and_a_changed_one_does_not(tmp_path):
    text = prove_consistency(4, 605).render()
    file = tmp_path / "consistency.json"
    file.write_text(text)
    code, answer = checked(file, *key_options())
    assert code == 0
    assert (answer["from"], answer["to"]) == (4, 605)
    proof = json.loads(text)
    for name, value in {
        "hashes": proof["hashes"][:-1],
        "from": 5,
        "from_checkpoint": proof["to_checkpoint"],
        "format": "another",
    }.items():
        file.write_text(json.dumps({**proof, name: value}))
        assert checked(file, *key_options())[0] == 1, name


def test_a_key_that_was_replaced_goes_on_proving(sealed, tmp_path):
    old = list(entries())[2]
    before = prove(old.entry_id)
    make_signer(sealed, ORIGIN, "console:tester")
    publish_checkpoint(sealed, ORIGIN)
    assert len(verifier_keys()) == 2
    newest = list(entries())[-2]
    for name, proof in (("old", before), ("new", prove(newest.entry_id))):
        file = tmp_path / name
        file.write_text(proof.render())
        assert checked(file, *key_options())[0] == 0
    signer = newest_signer()
    assert signer
    # Whoever has only the new key takes nothing that the old one signed.
    assert checked(tmp_path / "old", "--key", signer.verifier_key)[0] == 1


@pytest.mark.usefixtures("sealed")
def test_a_proof_names_its_witnesses(tmp_path):
    signer = newest_signer()
    assert signer
    entry = list(entries())[7]
    file = tmp_path / "entry.tlog-proof"
    file.write_text(prove(entry.entry_id).render())
    with running(signer.verifier_key) as (state, address):
        options = [*key_options(), "--witness", state.verifier_key, "--witnesses", "1"]
        assert checked(file, *options)[0] == 1
        send_to_witness(Witness(url=address, verifier_key=state.verifier_key))
    file.write_text(prove(entry.entry_id).render())
    code, answer = checked(file, *options)
    assert code == 0
    assert NAME in answer["witnessed"]


@pytest.mark.usefixtures("sealed")
def test_what_cannot_be_proved(database):
    with pytest.raises(MakegoodError, match="MG750"):
        prove(uuid4())
    write(1)
    newest = next(entries(newest_first=True))
    with pytest.raises(MakegoodError, match="MG751"):
        prove(newest.entry_id)
    integrate_all()
    with pytest.raises(MakegoodError, match="MG751"):
        prove(newest.entry_id)
    for sizes in ((4, 6), (605, 4)):
        with pytest.raises(MakegoodError, match="MG752"):
            prove_consistency(*sizes)
    with behind_the_back(database) as connection:
        connection.execute("UPDATE audit_entry SET payload = payload || ' '::bytea")
    with pytest.raises(MakegoodError, match="MG743"):
        prove(list(entries())[5].entry_id)
