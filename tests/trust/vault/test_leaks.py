"""Nothing personal is anywhere but in ciphertexts: every file and every message is searched."""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from makegood.trust.vault import delete_person, find_by_phone, load, open_person, rotate
from makegood.trust.vault.loading import writing
from tests.store_fixture import Database
from tests.trust.leaks import assert_nothing_in, assert_nothing_leaked, forms, nothing_leaks
from tests.trust.vault.books import row, write_book
from tests.trust.vault.conftest import ACTOR

NAMES = ("갉뷁수쀍", "뚫훍민뷹")
PHONES = ("010-7391-8264", "01046282957")
ACCOUNTS = ("739182640193", "110-928-374651")
EMAILS = ("qzxjkvbpw@example.com",)
# In the server's log of writing from then on, so no other test looks for it.
IN_THE_CLEAR = "뙳쮎뀽훯"
ADDRESSES = ("서울특별시 강남구 뷁쀍로 98765",)
PLANTED = (
    *NAMES,
    *PHONES,
    *ACCOUNTS,
    *EMAILS,
    *ADDRESSES,
    *("+821073918264", "1046282957", "110928374651"),
)


def book(folder: Path) -> Path:
    people = [
        row("P1", name=NAMES[0], phone=PHONES[0], birth_date="1985-03-07", email=EMAILS[0],
            address=ADDRESSES[0], bank_code="004", account_number=ACCOUNTS[0]),
        row("P2", name=NAMES[1], phone=PHONES[1], bank_code="088", account_number=ACCOUNTS[1],
            account_holder=NAMES[0]),
        # Each of these is rejected for another reason, and holds planted values.
        row("P3", name=NAMES[0] + "\x07", phone=PHONES[0]),
        row("P4", name=NAMES[0], phone=PHONES[0] + "x", email=EMAILS[0] + "@"),
        row("P5", name=NAMES[0], phone=PHONES[0], birth_date=PHONES[1]),
        row("P6", name=NAMES[0], phone=PHONES[0], bank_code=NAMES[1], account_number=ACCOUNTS[0]),
        row("P7", name=NAMES[0], phone=PHONES[0], address=ADDRESSES[0] * 30),
        row(f"P-{PHONES[1]}", name=NAMES[0], phone=PHONES[1]),
    ]  # fmt: skip
    folder.mkdir(exist_ok=True)
    return write_book(folder / "book.csv", people + [row(f"F{n}") for n in range(500)])


def test_nothing_leaks_from_load_rotation_look_up_and_deletion(
    vault: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = load(book(tmp_path / "source"), actor=ACTOR, batch_rows=100)
    assert (report.added, report.rejected) == (502, 6)
    rotate(actor=ACTOR)
    [found] = find_by_phone(PHONES[0])
    assert found.name == NAMES[0]
    delete_person("P1", actor=ACTOR)
    said = capfd.readouterr()
    assert_nothing_leaked(vault, PLANTED, said.out, said.err, repr(report), repr(found))
    assert open_person("P2").name == NAMES[1], "it was there to be found all the time"


def test_nothing_leaks_from_a_copy_that_breaks(
    vault: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The server's own complaint of a broken row goes nowhere with a value in it."""
    file = book(tmp_path / "source")
    monkeypatch.setattr(writing, "COPY_END", b"\x00\x05broken")
    with pytest.raises(psycopg.Error) as caught:
        load(file, actor=ACTOR)
    said = capfd.readouterr()
    told = "".join([str(caught.value), repr(caught.value), *traceback_of(caught.value)])
    assert_nothing_leaked(vault, PLANTED, told, said.out, said.err)
    monkeypatch.undo()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_person")
        assert cursor.fetchone() == (0,)


def test_nothing_leaks_from_a_command_that_fails_without_being_caught(
    vault: Database, tmp_path: Path
) -> None:
    """Even Python's own traceback, with everything that raises below, shows no value."""
    file = book(tmp_path / "source")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from makegood.project import prepared\n"
        "from makegood.configuration import Settings\n"
        "from makegood.trust.vault import load\n"
        "from makegood.trust.vault.loading import writing\n"
        "def broken(*rows):\n    raise RuntimeError('broken')\n    yield\n"
        "writing.sealed_accounts = broken\n"
        "with prepared(Settings.load(), migrate=False):\n"
        f"    load(Path({str(file)!r}), actor='console:test')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=vault.environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"broken" in done.stderr
    assert_nothing_leaked(vault, PLANTED, done.stdout, done.stderr)


def traceback_of(error: BaseException) -> list[str]:
    import traceback

    return traceback.format_exception(error)


# --- The search itself ---


def test_the_search_finds_what_a_table_holds_in_the_clear(vault: Database) -> None:
    with vault.owner.connect() as owner:
        owner.execute("CREATE TABLE careless (note text)")
        owner.execute("INSERT INTO careless VALUES (%s)", [IN_THE_CLEAR])
    with pytest.raises(AssertionError, match="planted value 0 as UTF-8"):
        assert_nothing_leaked(vault, [IN_THE_CLEAR])


def careless_table(vault: Database) -> None:
    with vault.owner.connect() as owner:
        owner.execute("CREATE TABLE careless (note text)")
        owner.execute("INSERT INTO careless VALUES (%s)", [IN_THE_CLEAR])


def row_that_is_gone(vault: Database) -> None:
    careless_table(vault)
    with vault.owner.connect(autocommit=True) as owner:
        owner.execute("DROP TABLE careless")


def careless_file(vault: Database) -> None:
    (vault.home / "careless.txt").write_text(IN_THE_CLEAR)


def careless_log(_: Database) -> None:
    logging.getLogger("makegood.careless").warning("see %s", IN_THE_CLEAR)


def careless_entry(_: Database) -> None:
    from django.db import transaction

    from makegood.trust.audit import Record, append

    with transaction.atomic():
        append(Record("store.backed_up", ACTOR, f"backup:{IN_THE_CLEAR}"))


@pytest.mark.parametrize(
    ("act", "place"),
    [
        (careless_table, "base/|pg_wal/"),
        (row_that_is_gone, "pg_wal/"),
        (careless_file, "careless.txt"),
        (careless_log, "the program's log"),
        (careless_entry, "the events"),
    ],
)
def test_the_search_after_a_test_finds_what_it_wrote(
    vault: Database, act: Callable[[Database], None], place: str
) -> None:
    vault.home.mkdir(exist_ok=True)
    before = nothing_leaks(vault, [IN_THE_CLEAR], with_events=act is careless_entry)
    with pytest.raises(AssertionError, match=f"planted value 0 as .* in .*({place})"), before:
        act(vault)


def test_the_search_of_a_folder_finds_what_lies_below(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_text("nothing")
    assert_nothing_in(tmp_path, [IN_THE_CLEAR], "nothing")
    with pytest.raises(AssertionError, match="in a text"):
        assert_nothing_in(tmp_path, [IN_THE_CLEAR], IN_THE_CLEAR)
    (tmp_path / "below" / "file").write_text(IN_THE_CLEAR)
    with pytest.raises(AssertionError, match="below/file"):
        assert_nothing_in(tmp_path, [IN_THE_CLEAR])


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("behind", range(3))
def test_the_search_knows_base64_wherever_it_begins(shift: int, behind: int) -> None:
    from base64 import b64encode

    for value in PLANTED:
        content = b64encode(b"x" * shift + value.encode() + b"y" * behind)
        assert any(form in content for name, form in forms(value).items() if "64" in name), value


def test_the_search_finds_each_form_in_a_file_of_the_data_folder(vault: Database) -> None:
    vault.home.mkdir(exist_ok=True)
    file = vault.home / "careless.log"
    wanted = ["쮎뀽뙳햢"]
    for form in forms(wanted[0]).values():
        file.write_bytes(b"..." + form + b"...")
        with pytest.raises(AssertionError, match=r"planted value 0 as .*careless\.log"):
            assert_nothing_leaked(vault, wanted)
    file.unlink()
    assert_nothing_leaked(vault, wanted)
