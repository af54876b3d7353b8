"""The commands of the vault, from made-up contacts to the receipt of a deletion."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.trust import proposals
from makegood.trust.vault import find_by_phone, open_account, open_person
from tests.store_fixture import Database
from tests.trust.vault.books import expect_one_generation, expect_sound_log, row, write_book

SCRIPT = Path(__file__).parents[3] / "tools" / "verify_proof.py"


class Console:
    """Commands run in this process, on the test's database."""

    def says(self, *words: str | Path) -> str:
        result = CliRunner().invoke(application, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def answers(self, *words: str | Path) -> dict[str, Any]:
        return dict(json.loads(self.says(*words, "--json", *self._quiet(words))))

    def _quiet(self, words: tuple[str | Path, ...]) -> list[str]:
        return ["--quiet"] if words[1] in {"make", "load", "rotate"} else []

    def refuses(self, code: str, *words: str | Path) -> str:
        with pytest.raises(MakegoodError) as caught:
            self.says(*words)
        assert code in [finding.code for finding in caught.value.findings]
        return str(caught.value)


@pytest.fixture
def console(vault: Database, monkeypatch: pytest.MonkeyPatch) -> Console:
    for name, value in vault.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    return Console()


def approve_rotation() -> None:
    with transaction.atomic():
        made = proposals.propose(
            proposals.ProposalKind.ROTATE_KEYS, "keys", {}, "the year is over", by="staff:1"
        )
        proposals.approve(made.proposal_id, by="staff:2")


def test_from_made_up_contacts_to_a_receipt(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    assert console.answers("contacts", "make", "--people", "300", "--out", file)["people"] == 300
    console.refuses("MG735", "contacts", "make", "--people", "1", "--out", file)

    loaded = console.answers("contacts", "load", file)
    assert (loaded["rows"], loaded["added"], loaded["rejected"]) == (300, 300, 0)
    assert "was loaded before; nothing changed" in console.says("contacts", "load", file, "-q")

    person = open_person("C00000001")
    delete = ("contacts", "delete", "C00000001", "--purpose", "customer_request", "--case", "C-1")
    receipt = console.answers(*delete)
    assert not receipt["already_done"]
    assert console.answers(*delete) == receipt | {"already_done": True}
    assert find_by_phone(person.phone) == []


def test_a_load_that_would_divert_payments_is_refused_and_seen(
    console: Console, tmp_path: Path
) -> None:
    account = {"bank_code": "004", "account_number": "110123456789"}
    diverted = {"bank_code": "088", "account_number": "99887766554"}
    console.says("contacts", "load", write_book(tmp_path / "a.csv", [row("C1", **account)]), "-q")
    book = write_book(tmp_path / "b.csv", [row("C1", **diverted)])
    said = console.says("contacts", "load", book, "-q")
    assert "has another account; load with" in said
    assert "99887766554" not in said
    assert open_account("C1").number == "110123456789"

    loaded = console.answers("contacts", "load", book, "--replace-accounts")
    assert (loaded["replaced"], loaded["rejected"], loaded["was_loaded"]) == (1, 0, False)
    assert open_account("C1").number == "99887766554"
    told = console.says("audit", "log", "--person", "C1")
    assert "personal_data.changed_by_load" in told
    assert "99887766554" not in told


def test_a_customer_is_given_proof_of_the_deletion(console: Console, tmp_path: Path) -> None:
    console.says("contacts", "load", write_book(tmp_path / "a.csv", [row("C1"), row("C2")]), "-q")
    delete = ("contacts", "delete", "C1", "--purpose", "customer_request", "--case", "C-1")
    taken = tmp_path / "taken"
    taken.touch()
    console.refuses("MG759", *delete, "--proof", taken)
    assert open_person("C1").customer_id == "C1", "nothing is deleted whose proof cannot be written"

    proof = tmp_path / "C1.tlog-proof"
    receipt = console.answers(*delete, "--proof", proof)
    entry = proved(console, proof)
    assert entry["entry_id"] == receipt["entry_id"]
    assert (entry["kind"], entry["person"], entry["case"]) == (
        "personal_data.deleted",
        "C1",
        "C-1",
    )
    # A second time, for who lost the first: the same entry, under the checkpoint of then.
    again = tmp_path / "again.tlog-proof"
    assert "proof: " in console.says(*delete, "--proof", again)
    assert again.read_text(encoding="utf-8") == proof.read_text(encoding="utf-8")

    text = proof.read_text(encoding="utf-8")
    index = next(line for line in text.splitlines() if line.startswith("index "))
    proof.write_text(text.replace(index, "index 0", 1), encoding="utf-8")
    assert checked(console, proof).returncode == 1


def checked(console: Console, proof: Path) -> subprocess.CompletedProcess[str]:
    """What the script says that anybody can run, without the program and its store."""
    [key] = console.answers("audit", "key")["keys"]
    return subprocess.run(
        [sys.executable, SCRIPT, proof, "--key", key, "--json"],
        check=False,
        capture_output=True,
        text=True,
        env={},
    )


def proved(console: Console, proof: Path) -> dict[str, Any]:
    """The entry that a proof shows to stand in the log."""
    done = checked(console, proof)
    assert done.returncode == 0, done.stdout
    return dict(json.loads(done.stdout)["entry"])


def test_a_rotation_needs_two_persons_and_uses_their_approval_once(
    console: Console, tmp_path: Path
) -> None:
    book = write_book(tmp_path / "a.csv", [row("C1")])
    console.says("contacts", "load", book, "-q")
    console.refuses("MG769", "keys", "rotate", "-q")
    expect_one_generation(1)
    approve_rotation()
    assert console.answers("keys", "rotate") == {"retired": 1, "current": 2, "sealed_again": 2}
    expect_one_generation(2)
    console.refuses("MG769", "keys", "rotate", "-q")
    shown = console.answers("keys", "show")
    assert [each["state"] for each in shown["generations"]] == ["destroyed", "current"]
    assert shown["master_key"].endswith("master-key.json")
    assert "destroyed" in console.says("keys", "show")
    expect_sound_log()


def test_rejects_are_told_by_row_field_and_reason_and_never_by_value(
    console: Console, tmp_path: Path
) -> None:
    book = write_book(tmp_path / "a.csv", [row("C1"), row("C2", phone="은밀한번호", name="비밀")])
    rejects = tmp_path / "rejects.csv"
    said = console.says("contacts", "load", book, "-q", "--rejects", rejects)
    assert "is no phone number" in said
    with rejects.open(encoding="utf-8", newline="") as text:
        told = list(csv.reader(text))
    assert told == [["row", "field", "reason"], ["2", "phone", "is no phone number"]]
    assert "은밀한번호" not in said + rejects.read_text(encoding="utf-8")
    assert "비밀" not in said
