"""The commands of the store, as processes: what they answer, and the keys of their sections."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_commands import section
from tests.docs.test_json import keys, on_page, plain
from tests.project.running_up import command, environment_of, free_port
from tests.store.homes import short_home


class Installation:
    """A data folder and the commands that work on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = environment_of(home, free_port())

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*map(str, words)),
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def answer(self, *words: object) -> Any:
        done = self.run(*words, "--json")
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with short_home() as home:
        yield Installation(home)


@pytest.fixture(scope="module")
def answers(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One life: migrated, backed up, restored over itself, examined."""
    kept = tmp_path_factory.mktemp("kept")
    found = {"migrate": installation.answer("migrate")}
    given = ("--master-key", kept / "key")
    found["backup"] = installation.answer("backup", kept / "one", *given)
    found["restore refused"] = installation.answer("restore", kept / "one")
    found["restore"] = installation.answer("restore", kept / "one", "--replace", "--quiet")
    found["doctor"] = installation.answer("doctor")
    found["settings"] = installation.answer("settings")
    return found


@pytest.mark.parametrize("title", ["migrate", "backup", "doctor", "settings"])
def test_a_command_answers_with_the_keys_of_its_section(answers: dict[str, Any], title: str):
    assert plain(keys(answers[title])) == plain(on_page(section(title)))


def test_restore_answers_with_the_keys_of_backup_and_its_own(answers: dict[str, Any]):
    expected = on_page(section("backup")) | on_page(section("restore"))
    assert plain(keys(answers["restore"])) == plain(expected)


def test_what_was_done_is_right(answers: dict[str, Any], installation: Installation):
    assert answers["migrate"]["applied"] > 0
    assert answers["restore"]["covered"] == answers["backup"]["log_size"] > 0
    assert answers["restore refused"]["findings"][0]["code"] == "MG714"
    states = {check["check"]: check["state"] for check in answers["doctor"]["checks"]}
    doubtful = {name for name, state in states.items() if state != "fine"}
    assert doubtful <= {"worker", "log", "time service"}
    assert "wrong" not in states.values()
    home = next(one for one in answers["settings"]["settings"] if one["name"] == "home")
    assert home == {"name": "home", "value": str(installation.home), "source": "MAKEGOOD_HOME"}


def test_who_backed_up_and_restored_is_in_the_log(
    answers: dict[str, Any], installation: Installation
):
    """The entry of the back-up itself came after its snapshot: the restore took it away."""
    assert answers["restore"]["ok"]
    told = installation.answer("audit", "log")
    kinds = [(one["kind"], one["actor"].split(":")[0]) for one in told]
    assert ("store.restored", "console") in kinds
    assert ("access.permitted", "console") in kinds


def test_people_read_the_same(installation: Installation, answers: dict[str, Any]):
    assert answers
    doctor = installation.run("doctor")
    assert doctor.returncode == 0
    assert "fine  store: PostgreSQL" in doctor.stdout
    assert installation.run("migrate").stdout == "the tables are up to date\n"
    assert "MAKEGOOD_HOME" in installation.run("settings").stdout
    refused = installation.run("restore", installation.home / "nowhere")
    assert refused.returncode == 2
    assert "error MG617: there is no folder" in refused.stderr
    assert "name one that 'makegood backup' wrote" in refused.stderr
    (installation.home / "empty").mkdir(exist_ok=True)
    refused = installation.run("restore", installation.home / "empty")
    assert refused.returncode == 1
    assert "error MG713: 'empty' is no whole back-up" in refused.stderr


def test_a_back_up_goes_into_a_new_data_folder(
    answers: dict[str, Any], installation: Installation, tmp_path: Path
):
    """As after a disaster: a folder that only starting has filled, and the copy of the key."""
    assert answers["backup"]
    kept = tmp_path / "kept"
    backed_up = installation.answer("backup", kept, "--master-key", tmp_path / "key")
    with short_home() as home:
        elsewhere = Installation(home)
        (home / "secrets").mkdir(mode=0o700, parents=True, exist_ok=True)
        (tmp_path / "key").rename(home / "secrets" / "master-key.json")
        elsewhere.answer("migrate")
        restored = elsewhere.answer("restore", kept, "--quiet")
        assert restored.get("covered") == backed_up["log_size"], restored
        assert elsewhere.answer("audit", "verify", "--quiet")["ok"]
