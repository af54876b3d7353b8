"""``makegood doctor`` names what is wrong, each thing by itself, and what to do about it."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pydantic import SecretStr

from makegood.configuration import Settings, Witness
from makegood.kernel import MakegoodError
from makegood.project import Check, State, examine, prepared
from makegood.trust.audit import (
    HEAD_FILE,
    HeadFile,
    Record,
    append,
    newest_signer,
    publish_checkpoint,
    send_to_witness,
)
from makegood.trust.clock import use
from makegood.trust.keys import MasterKey
from tests.project.running_up import free_port
from tests.store_fixture import Database
from tests.trust.audit.witness_fake import running

ACTOR = "console:tester"


def settings_of(database: Database, **changed: Any) -> Settings:
    values = {**dict(database.settings), "web_address": f"127.0.0.1:{free_port()}", **changed}
    return Settings(**values)


def checks(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(settings)}


def expect(check: Check, state: State, words: str) -> None:
    assert check.state is state, check
    assert words in check.words
    assert check.hint or state is State.FINE


@pytest.fixture(autouse=True)
def home(database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder, which is also that of the process: the vault finds its key there."""
    for name, value in database.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    database.home.mkdir(exist_ok=True)
    return database.home


def test_a_sound_installation(database: Database):
    settings = settings_of(database)
    head = HeadFile(settings.secrets / HEAD_FILE)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR, head=head)
    with transaction.atomic():
        append(Record("store.backed_up", ACTOR, "backup:x"))
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    found = checks(settings)
    # Whether a time service runs is the machine's affair.
    assert found.pop("time service").state in {State.FINE, State.DOUBTFUL}
    assert {check.state for check in found.values()} == {State.FINE}, found
    assert set(found) == {
        *("settings", "data folder", "secrets", "disk", "port", "network", "policies", "store"),
        *("clock", "tables", "rights", "keys", "worker", "log", "log's head"),
        *("witnesses", "back-up", "channels", "document scanner", "port of the customers' pages"),
    }


def test_secrets_that_others_can_read(database: Database):
    settings = settings_of(database)
    MasterKey.open(settings)
    key = settings.secrets / "master-key.json"
    key.chmod(0o644)
    found = checks(settings)
    expect(found["secrets"], State.WRONG, str(key))
    assert f"chmod 600 {key}" in found["secrets"].hint
    expect(found["keys"], State.WRONG, "others can reach")


def test_the_master_key_of_another_installation(database: Database, home: Path):
    settings = settings_of(database)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR)
    key = settings.secrets / "master-key.json"
    kept = key.rename(home / "kept")
    expect(checks(settings)["keys"], State.WRONG, "the master key is gone")
    assert not key.exists(), "looking must make no key"
    MasterKey.open(settings)
    expect(checks(settings)["keys"], State.WRONG, "were not wrapped by")
    kept.replace(key)
    expect(checks(settings)["keys"], State.FINE, "opens the keys")


def test_a_taken_port(database: Database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        expect(checks(settings_of(database, web_address=address))["port"], State.WRONG, address)


def test_a_program_that_could_change_the_log(database: Database):
    """The owner's role is named as the program's."""
    url = SecretStr(database.owner.connection_string)
    with database.superuser.connect(autocommit=True) as superuser:
        superuser.execute("GRANT makegood_program TO makegood_owner")
    try:
        found = checks(settings_of(database, database_url=url))
    finally:
        with database.superuser.connect(autocommit=True) as superuser:
            superuser.execute("REVOKE makegood_program FROM makegood_owner")
    expect(found["rights"], State.WRONG, "the program may UPDATE in audit_entry")


def test_missing_migrations(database: Database):
    with database.owner.connect() as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    found = checks(settings_of(database))
    expect(found["tables"], State.WRONG, "the first is audit.0001")
    assert "keys" not in found


class Shifted:
    """A clock that goes wrong by some seconds."""

    def __init__(self, seconds: float) -> None:
        self._shift = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift  # noqa: TID251 - the machine's own, gone wrong


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, State.FINE), (10, State.DOUBTFUL), (-7200, State.WRONG)]
)
def test_clocks_apart(database: Database, seconds: int, state: State):
    settings = settings_of(database)
    with use(Shifted(seconds)):
        assert checks(settings)["clock"].state is state


def test_no_worker_and_a_log_that_waits(database: Database):
    settings = settings_of(database)
    with use(Shifted(-300)), transaction.atomic():
        append(Record("store.backed_up", ACTOR, "backup:x"))
    found = checks(settings)
    expect(found["worker"], State.DOUBTFUL, "no worker")
    expect(found["log"], State.DOUBTFUL, "1 entries wait")


def test_witnesses_that_are_behind(database: Database):
    settings = settings_of(database)
    keys = MasterKey.open(settings)
    expect(checks(settings)["witnesses"], State.FINE, "no outside witness")
    with use(Shifted(-600)):
        publish_checkpoint(keys, settings.log_origin, ACTOR)
    signer = newest_signer()
    assert signer
    with running(signer.verifier_key) as (state, address):
        named = Witness(url=address, verifier_key=state.verifier_key)
        settings = settings_of(database, witnesses=(named,))
        behind = checks(settings)["witnesses"]
        expect(behind, State.DOUBTFUL, "witness.example/w1 is 1 checkpoints behind")
        assert "makegood audit witness" in behind.hint
        send_to_witness(named)
        expect(checks(settings)["witnesses"], State.FINE, "every witness has cosigned")
    wrong = settings_of(database, witnesses=(Witness(url=address, verifier_key="w+x+y"),))
    expect(checks(wrong)["witnesses"], State.WRONG, "a witness in the settings")


def test_an_old_back_up(database: Database):
    settings = settings_of(database)
    expect(checks(settings)["back-up"], State.DOUBTFUL, "no back-up yet")
    with use(Shifted(-5 * 86_400)), transaction.atomic():
        append(Record("store.backed_up", ACTOR, "backup:x"))
    expect(checks(settings)["back-up"], State.DOUBTFUL, "5 days")


def test_settings_that_believe_everybody(database: Database):
    found = checks(settings_of(database, proxies=("0.0.0.0/0",)))
    expect(found["network"], State.WRONG, "0.0.0.0/0")
    open_to_all = f"0.0.0.0:{free_port()}"
    found = checks(settings_of(database, web_address=open_to_all))
    expect(found["network"], State.DOUBTFUL, "without a proxy")


def test_policies_that_cannot_be_read(database: Database, tmp_path: Path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "broken.cedar").write_text("permit (")
    assert checks(settings_of(database, policies=folder))["policies"].state is State.WRONG


def test_a_store_that_does_not_answer(tmp_path: Path):
    url = SecretStr(f"postgresql://makegood:x@127.0.0.1:{free_port()}/makegood")
    address = f"127.0.0.1:{free_port()}"
    found = checks(Settings(home=tmp_path / "other", database_url=url, web_address=address))
    expect(found["data folder"], State.DOUBTFUL, "is not there yet")
    expect(found["store"], State.WRONG, "does not let 'makegood' in")


def test_a_data_folder_that_is_a_file(tmp_path: Path):
    (tmp_path / "other").touch()
    address = f"127.0.0.1:{free_port()}"
    found = checks(Settings(home=tmp_path / "other", database_url=None, web_address=address))
    expect(found["data folder"], State.WRONG, "is not a folder")
    assert "store" not in found


def test_a_lost_master_key_stops_the_start_and_none_is_made(database: Database, home: Path):
    settings = settings_of(database)
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR)
    key = settings.secrets / "master-key.json"
    key.rename(home / "kept")
    with pytest.raises(MakegoodError, match="MG721"), prepared(settings):
        pass
    assert not key.exists()


def test_a_log_that_is_older_than_what_is_remembered_outside_is_told(database: Database):
    settings = settings_of(database)
    head = HeadFile(settings.secrets / HEAD_FILE)
    with transaction.atomic():
        append(Record("store.backed_up", ACTOR, "backup:x"))
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR)
    expect(checks(settings)["log's head"], State.DOUBTFUL, "remembers no checkpoint")
    publish_checkpoint(MasterKey.open(settings), settings.log_origin, ACTOR, head=head)
    expect(checks(settings)["log's head"], State.FINE, "remembered outside")
    with database.superuser.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM audit_checkpoint")
    expect(checks(settings)["log's head"], State.WRONG, "not of the log")
    head.path.write_text("nothing")
    expect(checks(settings)["log's head"], State.WRONG, "log-head")
