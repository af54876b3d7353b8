"""Data is made, backed up, destroyed and restored: everything is there, and the log verifies."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from makegood.kernel import MakegoodError
from makegood.project.keeping import back_up, copy_master_key, restore
from makegood.project.keeping.replaced import unfinished
from makegood.store import Store
from makegood.store.programs import folder_of_programs, plain_environment
from makegood.trust.audit import (
    HEAD_FILE,
    HeadFile,
    Record,
    Selection,
    append,
    append_many,
    integrate_all,
    newest_checkpoint,
    verify,
)
from makegood.trust.audit import entries as log_entries
from makegood.trust.keys import MasterKey
from tests.store_fixture import Database
from tests.trust.leaks import assert_nothing_in, nothing_leaks

ACTOR = "console:tester"
ENTRIES = 500
NAME, PHONE, EMAIL = "뷁홍쀍길동", "01063829174", "qpzmwx@example.com"
ADDRESS = "서울특별시 뚫훍로 4711"
PLANTED = (NAME, "1063829174", EMAIL, ADDRESS)


@pytest.fixture(autouse=True)
def nothing_leaked(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[None]:
    """After each drill: nothing personal lies in the store, the data folder or a back-up."""
    with nothing_leaks(database, PLANTED, with_events=False):
        yield
    for dump in tmp_path.rglob("database.dump"):
        # It is compressed: nothing would be found in it as it lies there.
        unpack = [str(folder_of_programs() / "pg_restore"), "--file", f"{dump}.sql", str(dump)]
        is_whole = "damaged" not in request.node.name
        subprocess.run(unpack, env=plain_environment(), check=is_whole, capture_output=True)
    if any(tmp_path.rglob("*")):
        assert_nothing_in(tmp_path, PLANTED)


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
            name=NAME,
            phone=PHONE,
            birth_date=date(1990, 1, 1),
            email=EMAIL,
            address=ADDRESS,
        )
        with transaction.atomic():
            store_person(person, actor=ACTOR)


def head_of(database: Database) -> HeadFile:
    return HeadFile(database.settings.secrets / HEAD_FILE)


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
    seen = restore(store, database.settings, folder, replace=False, actor=ACTOR)
    assert seen.entries >= kept
    assert seen.covered == manifest.log.size
    after = newest_checkpoint()
    assert before
    assert after
    assert after.number == before.number + 1
    assert seen.unsigned is None
    assert open_person("C2").name == NAME
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
    restore(store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR)
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
        restore(
            store_of(database), database.settings, tmp_path / "kept", replace=False, actor=ACTOR
        )
    assert code_of(caught) == "MG714"
    assert entries() == before


def test_a_store_in_use_is_not_replaced(database: Database, tmp_path: Path):
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    with database.program.connect(), pytest.raises(MakegoodError, match="in use") as caught:
        restore(store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR)
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
        restore(store_of(database), database.settings, folder, replace=True, actor=ACTOR)
    assert code_of(caught) == "MG713"
    assert entries() == before


def test_a_manifest_that_says_more_rows_is_not_believed(database: Database, tmp_path: Path):
    folder = tmp_path / "kept"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["audit_entry"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MakegoodError, match="audit_entry had") as caught:
        restore(store_of(database), database.settings, folder, replace=True, actor=ACTOR)
    assert code_of(caught) == "MG717"


def test_a_back_up_of_a_newer_version_is_refused(database: Database, tmp_path: Path):
    folder = tmp_path / "kept"
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["migrations"].append("audit.9999_from_the_future")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(MakegoodError, match="newer") as caught:
        restore(store_of(database), database.settings, folder, replace=True, actor=ACTOR)
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
    copy_master_key(database.settings, copy, folder, actor=ACTOR)
    address = MasterKey.open(database.settings).address
    assert copy.read_bytes() == Path(address).read_bytes()
    assert not copy.stat().st_mode & 0o077
    for goal in (copy, folder / "master-key.json"):
        with pytest.raises(MakegoodError) as caught:
            copy_master_key(database.settings, goal, folder, actor=ACTOR)
        assert code_of(caught) == "MG715"
    [entry] = log_entries(Selection(kinds=("keys.copied",)))
    assert (entry.record.actor, entry.record.details) == (ACTOR, {"with": "backup:kept"})


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
        restore(store, settings, Path(sys.argv[2]), replace=True, actor="console:tester")
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
            restore(store_of(database), database.settings, folder, replace=True, actor=ACTOR)
            shutil.rmtree(folder)
    back_up(store_of(database), database.settings, folder, actor=ACTOR)
    assert [path.name for path in tmp_path.glob("*kept*")] == ["kept"]


def test_killed_restores_change_nothing_or_everything(database: Database, tmp_path: Path):
    fill()
    folder = tmp_path / "kept"
    manifest = back_up(store_of(database), database.settings, folder, actor=ACTOR)
    with transaction.atomic():
        append_many(Record("store.backed_up", ACTOR, f"later:{n}") for n in range(7))
    assert manifest.rows["audit_entry"]
    chance = random.Random("killed restores")
    for _ in range(4):
        connections.close_all()
        run_and_kill(database, "restore", folder, chance.uniform(0.8, 2.5))
        time.sleep(0.5)
        assert verify().ok
        assert count("audit_entry WHERE subject LIKE 'later:%'") in {0, 7}
    connections.close_all()
    seen = restore(store_of(database), database.settings, folder, replace=True, actor=ACTOR)
    assert seen.entries
    assert verify(head=head_of(database)).ok
    assert not unfinished(database.settings)


# --- What a restore must not forget ---


def restored_entry() -> dict[str, Any]:
    [entry] = log_entries(Selection(kinds=("store.restored",)))
    return dict(entry.record.details)


def propose_something() -> None:
    """Two proposals that nobody used: one open, one approved."""
    from makegood.trust.proposals import hash_of

    with connection.cursor() as cursor:
        for number in (1, 2):
            cursor.execute(
                "INSERT INTO proposal (proposal_id, kind, subject, contents, contents_hash, reason,"
                " proposed_by, proposed_at, expires_at, state, decision_reason)"
                " VALUES (gen_random_uuid(), 'publish_programme', %s, '{}', %s, 'a reason',"
                " 'staff:one', now(), now() + interval '1 day', 'open', '')",
                [f"programme:{number}", hash_of({})],
            )
        cursor.execute(
            "UPDATE proposal SET state = 'approved', decided_by = 'staff:two', decided_at = now()"
            " WHERE subject = 'programme:2'"
        )


def sign_in_somebody() -> None:
    from makegood.trust.clock import now
    from makegood.trust.staff import Member, Session

    member = Member.objects.create_user("hong")
    Session.objects.create(
        member=member,
        network="office",
        source="192.0.2.1",
        sign_in_strength="totp",
        signed_in_at=now(),
        started_at=now(),
        last_seen_at=now(),
    )


def test_the_replaced_log_is_kept_and_the_new_one_says_which_it_was(
    database: Database, tmp_path: Path
):
    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    with transaction.atomic():
        append(Record("personal_data.revealed", "staff:thief", "customer:C1", person="C1"))
    seen = restore(
        store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR
    )
    [replaced] = restored_entry()["replaced"]
    assert seen.replaced == (replaced["folder"],)
    folder = database.home / replaced["folder"]
    assert not folder.stat().st_mode & 0o077
    assert (folder / "log" / "checkpoint").read_text() == replaced["note"]
    bundles = (folder / "log" / "tile" / "entries").rglob("*")
    assert any(b"staff:thief" in each.read_bytes() for each in bundles if each.is_file())
    assert replaced["size"] > seen.covered
    assert replaced["lost"] == ""
    assert restored_entry()["remembered"] == replaced["note"]
    assert verify(head=head_of(database)).ok
    newest = newest_checkpoint()
    assert newest
    assert head_of(database).path.read_text() == newest.note


def test_who_was_deleted_since_the_back_up_stays_deleted(database: Database, tmp_path: Path):
    from makegood.trust.vault import Person, delete_person, open_person, store_person

    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    later = Person(
        customer_id="C3",
        name="김철수",
        phone="01099998888",
        birth_date=date(1991, 2, 3),
        email="kim@example.com",
        address="부산",
    )
    with transaction.atomic():
        store_person(later, actor=ACTOR)
    for customer_id in ("C2", "C3"):
        delete_person(customer_id, actor=ACTOR)
    seen = restore(
        store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR
    )
    assert seen.deleted_again == 2
    assert open_person("C1").name == NAME
    with pytest.raises(MakegoodError):
        open_person("C2")
    assert count("vault_deletion") == 2
    assert [e.person for e in records("personal_data.deleted")] == ["C2", "C3"]


def records(kind: str) -> list[Record]:
    return [entry.record for entry in log_entries(Selection(kinds=(kind,)))]


def test_sessions_and_unused_proposals_end_with_a_restore(database: Database, tmp_path: Path):
    fill()
    propose_something()
    sign_in_somebody()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    seen = restore(
        store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR
    )
    assert (seen.sessions_ended, seen.proposals_expired) == (1, 2)
    assert count("proposal WHERE state <> 'expired'") == 0
    assert count("staff_session WHERE ended_at IS NULL") == 0
    assert [e.details["was"] for e in records("proposal.expired")] == ["open", "approved"]
    assert len(records("session.revoked")) == 1


def test_a_store_that_cannot_be_read_is_replaced_all_the_same(database: Database, tmp_path: Path):
    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    connections.close_all()
    with database.superuser.connect(autocommit=True) as superuser:
        superuser.execute("DROP TABLE audit_leaf, vault_deletion CASCADE")
    restore(store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR)
    [replaced] = restored_entry()["replaced"]
    assert "could not be signed" in replaced["lost"]
    assert "who was deleted is not known" in replaced["lost"]
    assert verify(head=head_of(database)).ok


def test_a_lost_store_is_restored_and_the_entry_has_the_head_that_was_remembered(
    database: Database, tmp_path: Path
):
    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    remembered = head_of(database).path.read_text()
    destroy(database)
    restore(store_of(database), database.settings, tmp_path / "kept", replace=False, actor=ACTOR)
    assert restored_entry()["replaced"] == []
    assert restored_entry()["remembered"] == remembered
    assert verify(head=head_of(database)).ok


@pytest.mark.parametrize("step", ["load", "bring_up_to_date", "follow_up"])
def test_a_restore_that_ended_half_way_is_run_again_and_forgets_nobody(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    """Before the loading, after it, and before what is taken over."""
    from makegood.project.keeping import restoring
    from makegood.trust.vault import delete_person

    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    delete_person("C2", actor=ACTOR)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, step, killed)
        with pytest.raises(KeyboardInterrupt):
            restore(
                store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR
            )
    seen = restore(
        store_of(database), database.settings, tmp_path / "kept", replace=True, actor=ACTOR
    )
    assert seen.deleted_again == 1
    assert len(seen.replaced) == 1
    assert not unfinished(database.settings)
    assert verify(head=head_of(database)).ok


def test_without_the_master_key_it_is_restored_and_signed_later(database: Database, tmp_path: Path):
    fill()
    back_up(store_of(database), database.settings, tmp_path / "kept", actor=ACTOR)
    destroy(database)
    drill = database.settings.model_copy(update={"home": tmp_path / "drill"})
    seen = restore(store_of(database), drill, tmp_path / "kept", replace=False, actor=ACTOR)
    assert seen.unsigned
    assert verify(head=HeadFile(drill.secrets / HEAD_FILE)).ok


def test_a_relative_folder_is_taken_from_where_one_stands(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    back_up(store_of(database), database.settings, Path("kept"), actor=ACTOR)
    for name in ("database.dump", "manifest.json"):
        assert (tmp_path / "kept" / name).stat().st_mode & 0o777 == 0o600
    destroy(database)
    restore(store_of(database), database.settings, Path("kept"), replace=False, actor=ACTOR)
