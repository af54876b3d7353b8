"""Where a data folder may be, what is told where it cannot be, and who can read what is in it."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from makegood.kernel import MakegoodError
from makegood.store.cluster import SUPERUSER
from makegood.store.programs import MAJOR_VERSION
from tests.store.homes import ROOT, quick

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do this")


def code_of(caught: pytest.ExceptionInfo[MakegoodError]) -> str:
    return caught.value.findings[0].code


def start(home: Path) -> None:
    with quick(home).used():
        pass


def test_a_path_that_is_too_long_for_a_socket(home: Path):
    deep = home / ("x" * 60) / ("회선" * 20)
    embedded = quick(deep)
    with embedded.used():
        address = embedded.address("makegood")
        assert not address.host.startswith(str(home))
        assert Path(address.host).stat().st_mode & 0o077 == 0
        with address.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    shutil.rmtree(address.host)


def test_a_socket_folder_of_somebody_else_is_not_used(home: Path):
    deep = home / ("x" * 90)
    start(deep)
    running = quick(deep)
    with running.used():
        taken = Path(running.address("makegood").host)
    taken.chmod(0o777)
    try:
        with pytest.raises(MakegoodError, match="belongs to somebody else") as caught:
            start(deep)
        assert code_of(caught) == "MG704"
    finally:
        shutil.rmtree(taken)


def test_a_path_with_spaces_quotes_and_korean(home: Path):
    start(home / "a b 'c' 데이터")


@pytest.mark.parametrize("name", ["", "postgresql", "secrets"])
def test_a_file_where_the_folder_should_be(home: Path, name: str):
    taken = home / name if name else home
    taken.parent.mkdir(parents=True, exist_ok=True)
    taken.write_text("not a folder")
    with pytest.raises(MakegoodError) as caught:
        start(home)
    assert code_of(caught) == "MG705"


def test_a_folder_that_is_no_database(home: Path):
    (home / "postgresql").mkdir(parents=True)
    (home / "postgresql" / "holiday.jpg").touch()
    with pytest.raises(MakegoodError) as caught:
        start(home)
    assert code_of(caught) == "MG705"
    assert (home / "postgresql" / "holiday.jpg").exists()


def test_only_its_own_account_can_read_it(home: Path):
    start(home)
    assert not (home / "secrets").stat().st_mode & 0o077
    assert not (home / "secrets" / "database.json").stat().st_mode & 0o077
    assert not (home / "postgresql").stat().st_mode & 0o077
    # As root the server's own account passes through the data folder, and reads nothing there.
    readable = stat.S_IRWXG | stat.S_IROTH | stat.S_IWOTH
    assert not home.stat().st_mode & readable


def test_nobody_gets_in_without_a_password(home: Path):
    embedded = quick(home)
    with embedded.used():
        for role in (SUPERUSER, "makegood_owner", "makegood"):
            address = embedded.address(role)
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host=address.host, port=address.port, dbname="postgres", user=role, passfile="/"
                )


def test_another_version_of_postgresql_is_told(home: Path):
    start(home)
    (home / "postgresql" / "PG_VERSION").write_text(f"{MAJOR_VERSION - 1}\n")
    with pytest.raises(MakegoodError) as caught:
        start(home)
    assert code_of(caught) == "MG708"
    assert f"PostgreSQL {MAJOR_VERSION - 1}" in str(caught.value)


def test_lost_passwords_are_made_anew(home: Path):
    start(home)
    (home / "secrets" / "database.json").unlink()
    embedded = quick(home)
    with embedded.used(), embedded.address("makegood").connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_damaged_passwords_are_told(home: Path):
    start(home)
    (home / "secrets" / "database.json").write_text("{")
    with pytest.raises(MakegoodError) as caught, quick(home).used():
        quick(home).address("makegood")
    assert code_of(caught) == "MG705"


@pytest.mark.parametrize("stranger", ["this process", "nobody", "torn"])
def test_a_mark_left_by_a_crash_of_the_machine(home: Path, stranger: str):
    """Its number may belong to another process since, or the file may be half-written."""
    start(home)
    lines = [str(home / "postgresql"), "1700000000", "5432", str(home), "", "1 2", "ready"]
    numbers = {"this process": str(os.getpid()), "nobody": "3999999", "torn": ""}
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        mark = home / "postgresql" / name
        mark.write_text("\n".join([numbers[stranger], *lines]) if stranger != "torn" else "")
        if os.geteuid() == 0:
            shutil.chown(mark, "makegood-store")
    assert not quick(home).is_running
    start(home)


def test_what_the_server_writes_down_holds_no_value(home: Path):
    """Neither a statement nor an error's words with a value reach the server's log."""
    embedded = quick(home)
    with embedded.used(), embedded.address("makegood_owner").connect() as connection:
        connection.execute("CREATE TABLE t (name text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES ('홍길동')")
        connection.commit()
        for statement in ("INSERT INTO t VALUES ('홍길동')", "SELECT '홍길동'::int"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
            connection.rollback()
    assert "홍길동" not in (home / "postgresql" / "log").read_text(encoding="utf-8")


def test_settings_of_an_administrator_are_kept(home: Path):
    start(home)
    local = home / "postgresql" / "local.conf"
    local.write_text("work_mem = '7MB'\n")
    local.chmod(0o644)
    embedded = quick(home)
    with embedded.used(), embedded.address("makegood").connect() as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)


# --- What only root can try ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(disk)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@as_root
def test_a_full_disk_is_told_and_the_next_start_succeeds(small_disk: Path):
    home = small_disk / "home"
    with pytest.raises(MakegoodError) as caught:
        start(home)
    assert code_of(caught) == "MG709"
    subprocess.run(["mount", "-o", "remount,size=400m", str(small_disk)], check=True)
    start(home)


def as_nobody(script: str) -> str:
    """What a script prints that becomes an ordinary account once everything is imported."""
    account = pwd.getpwnam("nobody")
    become = f"""
import os
# Read while it still can be.
import encodings.idna, encodings.ascii, encodings.latin_1, getpass, stringprep
import psycopg.types.json
from pathlib import Path
from makegood.kernel import MakegoodError
from makegood.store.programs import folder_of_programs
from tests.store.homes import quick
os.setgroups([]); os.setgid({account.pw_gid}); os.setuid({account.pw_uid})
"""
    command = [sys.executable, "-c", become + script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert not done.returncode, done.stderr
    return done.stdout


@as_root
def test_under_an_ordinary_account(home: Path):
    """The same as under root, without an account of its own for the server."""
    home.parent.chmod(0o777)
    printed = as_nobody(f"""
if not os.access(folder_of_programs() / "postgres", os.X_OK):
    print("cannot")
else:
    embedded = quick(Path({str(home)!r}))
    with embedded.used(), embedded.address("makegood").connect() as connection:
        print(connection.execute("SELECT 42").fetchone()[0])
""")
    if printed == "cannot\n":
        pytest.skip("an ordinary account cannot reach the packages here")
    assert printed == "42\n"
    assert (home / "postgresql").stat().st_uid == pwd.getpwnam("nobody").pw_uid


@as_root
def test_a_folder_that_may_not_be_written(home: Path):
    home.mkdir(mode=0o755)
    home.parent.chmod(0o755)
    printed = as_nobody(f"""
try:
    with quick(Path({str(home)!r})).used():
        pass
except MakegoodError as error:
    print(error.findings[0].code, error.findings[0].message)
""")
    assert printed == "MG705 the data folder 'home' cannot be used: permission denied\n"
