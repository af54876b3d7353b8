"""Data is made, backed up, destroyed and restored: everything is there, and the log verifies."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from makegood.kernel import MakegoodError
from makegood.project.keeping import back_up, copy_master_key, restore
from makegood.store import Store
from makegood.trust.audit import (
    Record,
    append,
    append_many,
    integrate_all,
    newest_checkpoint,
    verify,
)
from makegood.trust.keys import MasterKey
from tests.store_fixture import Database

ACTOR = "console:tester"
ENTRIES = 500


def store_of(database: Database) -> Store:
    return Store(database.program, database.owner, is_embedded=False)


def fill() -> None:
    """Entries of the log under a checkpoint, and two persons in the vault."""
    from makegood.trust.vault import Person, store_person

    with transaction.atomic():
        append_many(Record("store.backed_up", ACTOR, f"backup:{n}") for n in range(ENTRIES))
    integrate_all()
    for number in (1, 2):
        person = Person(
            customer_id=f"C{number}",
            name="홍길동",
            phone="01012345678",
            birth_date=date(1990, 1, 1),
            email="hong@example.com",
            address="서울",
        )
        with transaction.atomic():
            store_person(person, actor=ACTOR)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def entries() -> int:
    return count("audit_entry")


def destroy(database: Database) -> None:
    connections.close_all()
    with database.owner.connect(autocommit=True) as owner:
        owner.execute("DROP OWNED BY CURRENT_USER CASCADE")


def code_of(caught: pytest.ExceptionInfo[MakegoodError]) -> str:
    return caught.value.findings[0].code


def test_the_drill(database: Database, tmp_path: Path):
    from makegood.trust.vault import open_person

    fill()
    kept = entries()
    store, folder = store_of(database), tmp_path / "kept" / "first"
    manifest = back_up(store, database.settings, folder, actor=ACTOR)
    assert manifest.log
    assert manifest.log.size >= ENTRIES
    assert {path.name for path in folder.iterdir()} == {"database.dump", "manifest.json"}
    assert not folder.stat().st_mode & 0o077
    before = newest_checkpoint()
    destroy(database)
    seen = restore(store, folder, replace=False, actor=ACTOR)
    assert seen.entries >= kept
    assert seen.covered == manifest.log.size
    assert newest_checkpoint() == before
    assert open_person("C2").name == "홍길동"
    integrate_all()
    assert verify().ok
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE kind = 'store.restored'")
        assert cursor.fetchone() == (1,)


def test_the_program_may_do_after_it_what_it_might_before(database: Database, tmp_path: Path):
    """Rights come back too: it writes the log, and can change nothing in it."""
    from django.db import ProgrammingError

    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    restore(store_of(database), tmp_path / "kept", replace=True, actor=ACTOR)
    with transaction.atomic():
        append(Record("store.backed_up", ACTOR, "backup:after"))
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET kind = ''"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_store_that_holds_something_is_not_overwritten(database: Database, tmp_path: Path):
    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    before = entries()
    with pytest.raises(MakegoodError, match="not empty") as caught:
        restore(store_of(database), tmp_path / "kept", replace=False, actor=ACTOR)
    assert code_of(caught) == "MG714"
    assert entries() == before


def test_a_store_in_use_is_not_replaced(database: Database, tmp_path: Path):
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    with database.program.connect(), pytest.raises(MakegoodError, match="in use") as caught:
        restore(store_of(database), tmp_path / "kept", replace=True, actor=ACTOR)
    assert code_of(caught) == "MG714"


@pytest.mark.parametrize("damage", ["a byte of the dump", "no dump", "no manifest", "manifest"])
def test_a_damaged_back_up_is_refused(database: Database, tmp_path: Path, damage: str):
    folder = tmp_path / "kept"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    dump = folder / "database.dump"
    if damage == "a byte of the dump":
        content = bytearray(dump.read_bytes())
        content[len(content) // 2] ^= 1
        dump.write_bytes(content)
    elif damage == "no dump":
        dump.unlink()
    elif damage == "no manifest":
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text("{}")
    before = entries()
    with pytest.raises(MakegoodError) as caught:
        restore(store_of(database), folder, replace=True, actor=ACTOR)
    assert code_of(caught) == "MG713"
    assert entries() == before


def test_a_manifest_that_says_more_rows_is_not_believed(database: Database, tmp_path: Path):
    folder = tmp_path / "kept"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["audit_entry"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MakegoodError, match="audit_entry had") as caught:
        restore(store_of(database), folder, replace=True, actor=ACTOR)
    assert code_of(caught) == "MG717"


def test_a_back_up_of_a_newer_version_is_refused(database: Database, tmp_path: Path):
    folder = tmp_path / "kept"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["migrations"].append("audit.9999_from_the_future")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MakegoodError, match="newer") as caught:
        restore(store_of(database), folder, replace=True, actor=ACTOR)
    assert code_of(caught) == "MG713"


def test_nothing_is_overwritten_by_a_back_up(database: Database, tmp_path: Path):
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    with pytest.raises(MakegoodError) as caught:
        back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    assert code_of(caught) == "MG714"


def test_no_key_is_in_a_back_up_and_the_master_key_is_copied_apart(
    database: Database, tmp_path: Path
):
    fill()
    folder, copy = tmp_path / "kept", tmp_path / "elsewhere"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    copy_master_key(database.settings, copy, folder)
    address = MasterKey.open(database.settings).address
    assert copy.read_bytes() == Path(address).read_bytes()
    assert not copy.stat().st_mode & 0o077
    for goal in (copy, folder / "master-key.json"):
        with pytest.raises(MakegoodError) as caught:
            copy_master_key(database.settings, goal, folder)
        assert code_of(caught) == "MG715"


CHILD = """
import sys
from pathlib import Path
from makegood.configuration import Settings
from makegood.project import prepared
settings = Settings.load()
with prepared(settings, migrate=False) as store:
    from makegood.project.keeping import back_up, restore
    if sys.argv[1] == "backup":
        back_up(store, settings, Path(sys.argv[2]), actor="console:tester")
    else:
        restore(store, Path(sys.argv[2]), replace=True, actor="console:tester")
"""


def run_and_kill(database: Database, what: str, folder: Path, seconds: float) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, what, str(folder)],
        env=database.environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def test_killed_back_ups_leave_nothing_that_looks_whole(database: Database, tmp_path: Path):
    fill()
    chance = random.Random("killed back-ups")
    folder = tmp_path / "kept"
    for _ in range(4):
        run_and_kill(database, "backup", folder, chance.uniform(0.8, 2.5))
        if folder.exists():
            restore(store_of(database), folder, replace=True, actor=ACTOR)
            shutil.rmtree(folder)
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    assert [path.name for path in tmp_path.glob("*kept*")] == ["kept"]


def test_killed_restores_change_nothing_or_everything(database: Database, tmp_path: Path):
    fill()
    folder = tmp_path / "kept"
    manifest = back_up(store_of(database), database.settings, folder, actor=ACTOR)
    with transaction.atomic():
        append_many(Record("store.backed_up", ACTOR, f"later:{n}") for n in range(7))
    states = {entries(), manifest.rows["audit_entry"], manifest.rows["audit_entry"] + 1}
    chance = random.Random("killed restores")
    for _ in range(4):
        connections.close_all()
        run_and_kill(database, "restore", folder, chance.uniform(0.8, 2.5))
        time.sleep(0.5)
        assert entries() in states
        assert verify().ok
    connections.close_all()
    assert restore(store_of(database), folder, replace=True, actor=ACTOR).entries
