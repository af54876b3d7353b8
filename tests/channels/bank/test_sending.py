"""A message leaves whole or not at all, and nobody else can read it."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from makegood.channels import bank
from makegood.channels.bank import BankChannel, exchange_folder
from makegood.channels.bank.exchange_folder import opened_for_writing, partial_of
from makegood.channels.bank.fake import served
from makegood.channels.contract import NotSent, Taken
from makegood.channels.exchange import sync
from makegood.configuration import Settings
from tests.channels.bank.conftest import Town
from tests.channels.bank.items import again, number_of, shipment

NEVER_SAID = ("김민수", "Park", number_of(1), number_of(3), "99900012345678")


def refused(act, code: str) -> str:
    with pytest.raises(NotSent) as caught:
        act()
    text = str(caught.value)
    assert [finding.code for finding in caught.value.findings] == [code]
    assert not [word for word in NEVER_SAID if word in text]
    return text


@pytest.mark.usefixtures("customers")
def test_files_are_closed_to_others(town: Town, tmp_path: Path) -> None:
    town.channel.send(shipment(tmp_path, [1, 2, 3]))
    town.bank.work(town.days.now())
    assert town.answers()
    root = town.folder.out.parent
    for path in root.rglob("*"):
        if path.is_dir():
            assert path.stat().st_mode & 0o777 == 0o700, path
    town.channel.send(shipment(tmp_path, [1, 2], first=2, message_id="NEXT-00001"))
    for path in (*town.folder.out.iterdir(), *town.folder.sent.glob("*.parquet")):
        assert path.stat().st_mode & 0o777 == 0o600, path


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(("change", "what"), [({"count": 2}, "count"), ({"total": 7}, "sum")])
def test_items_other_than_the_run_says_are_not_sent(
    town: Town, tmp_path: Path, change: dict[str, int], what: str
) -> None:
    sent = again(shipment(tmp_path, [1, 2, 3]), **change)
    assert f"items' {what} is" in refused(lambda: town.channel.send(sent), "MG812")
    assert town.channel.taken(sent) is Taken.NO


@pytest.mark.usefixtures("customers")
def test_a_debtor_that_the_schema_refuses_is_told_without_what_it_is(
    town: Town, tmp_path: Path
) -> None:
    town.settings = town.settings.model_copy(update={"bank_debtor_account": SecretStr("9" * 60)})
    sent = shipment(tmp_path, [1])
    text = refused(lambda: town.channel.send(sent), "MG813")
    assert "element Id" in text
    assert "9" * 10 not in text
    assert town.channel.taken(sent) is Taken.NO


def test_without_settings_nothing_is_sent(tmp_path: Path) -> None:
    channel = BankChannel(Settings(home=tmp_path))
    text = refused(lambda: channel.send(shipment(tmp_path, [1])), "MG810")
    assert "'bank_debtor_name', 'bank_debtor_bank', 'bank_debtor_account'" in text


@pytest.mark.usefixtures("customers")
def test_a_full_disk_keeps_the_message_back(town: Town, tmp_path: Path) -> None:
    town.folder.out.rmdir()
    town.folder.out.write_text("in the way")
    refused(lambda: town.channel.send(shipment(tmp_path, [1])), "MG819")


@pytest.mark.usefixtures("customers")
def test_a_name_that_may_be_on_the_disk_is_no_message_kept_back(
    korean: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder cannot be put on disk after a file had its name: nobody says that it was not."""
    sent = shipment(tmp_path, [10])
    real = sync

    def failing(path: Path) -> None:
        if path == korean.folder.out and list(path.glob("[!.]*")):
            raise OSError(errno.EIO, "input/output error")
        real(path)

    monkeypatch.setattr(exchange_folder, "sync", failing)
    with pytest.raises(OSError, match="input/output"):
        korean.channel.send(sent)
    monkeypatch.undo()
    assert korean.channel.taken(sent) is Taken.YES


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize("fetched", ["xml", "csv"])
def test_killed_between_two_names_it_has_left_and_neither_is_placed_again(
    korean: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: str
) -> None:
    korean.settings = korean.settings.model_copy(update={"bank_fetches": fetched})
    sent = shipment(tmp_path, [10, 20])
    other, last = (korean.folder.out / f"{sent.message_id}.{each}" for each in order(fetched))
    real = Path.replace

    def dying_before_the_last(self: Path, target: Path) -> Path:
        if target == last:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dying_before_the_last)
        with pytest.raises(Killed):
            korean.channel.send(sent)
    assert other.exists()
    other.unlink()  # somebody fetched the wrong one
    assert korean.channel.taken(sent) is Taken.YES
    korean.channel.send(sent)
    assert not other.exists()
    # The one that the bank fetches is there, once.
    assert last.exists()
    last.unlink()
    korean.channel.send(sent)
    assert not [path for path in korean.folder.out.iterdir() if not path.name.startswith(".")]


def order(fetched: str) -> tuple[str, str]:
    return ("xml", "csv") if fetched == "csv" else ("csv", "xml")


@pytest.mark.usefixtures("customers")
def test_the_file_that_the_bank_does_not_take_is_removed_after_its_days(
    korean: Town, tmp_path: Path
) -> None:
    sent = shipment(tmp_path, [10])
    korean.channel.send(sent)
    beside, file = (korean.folder.out / f"{sent.message_id}.{each}" for each in order("xml"))
    at = korean.days.now().timestamp()
    os.utime(beside, (at, at))
    os.utime(file, (at, at))
    korean.days.pass_days(31)
    list(korean.channel.incoming())
    assert file.exists()  # it still waits, and so does the other
    assert beside.exists()
    file.unlink()
    list(korean.channel.incoming())
    assert not beside.exists()
    assert korean.channel.taken(sent) is Taken.YES


@pytest.mark.usefixtures("customers")
def test_a_sheet_that_is_no_longer_wanted_is_not_left_half_written(
    korean: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = shipment(tmp_path, [10])

    def dying_at_the_first(self: Path, target: Path) -> Path:
        if target.parent == korean.folder.out:
            raise Killed
        return real(self, target)

    real = Path.replace
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dying_at_the_first)
        with pytest.raises(Killed):
            korean.channel.send(sent)
    assert korean.channel.taken(sent) is Taken.NO
    korean.settings = korean.settings.model_copy(update={"bank_csv_template": None})
    korean.channel.send(sent)
    assert [path.name for path in korean.folder.out.iterdir()] == [f"{sent.message_id}.xml"]


class Killed(BaseException):
    """The process ends here."""


def dying(real, dies_at: int, calls: list[int]):
    """The system call, with an end of the process before it (odd) or after it (even)."""

    def wrapped(*given, **named):
        calls.append(1)
        if len(calls) * 2 - 1 == dies_at:
            raise Killed
        result = real(*given, **named)
        if len(calls) * 2 == dies_at:
            raise Killed
        return result

    return wrapped


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize("has_sheet", [False, True])
def test_killed_at_any_call_of_the_disk_it_is_known_whether_it_left(
    korean: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_sheet: bool
) -> None:
    """Every system call that can change a folder is a place to die, and so is a second try."""
    town, deaths = korean, 0
    if not has_sheet:
        town.settings = town.settings.model_copy(update={"bank_csv_template": None})
    for dies_at in range(1, 200):
        sent = shipment(
            tmp_path, [10], message_id=f"KILLED-{dies_at:05d}", attempt=dies_at % 99 + 1
        )
        is_dead = False
        for _ in range(2):
            calls: list[int] = []
            with monkeypatch.context() as patched:
                patched.setattr(Path, "replace", dying(Path.replace, dies_at, calls))
                patched.setattr(os, "open", dying(os.open, dies_at, calls))
                patched.setattr(os, "fsync", dying(os.fsync, dies_at, calls))
                try:
                    town.channel.send(sent)
                except Killed:
                    is_dead = True
            left = any(town.folder.out.glob(f"{sent.message_id}.*"))
            assert town.channel.taken(sent) is (Taken.YES if left else Taken.NO), dies_at
        if not is_dead:
            break
        deaths += 1
        town.channel.send(sent)
        assert town.channel.taken(sent) is Taken.YES
    assert 15 < deaths < 99
    town.bank.work(town.days.now())
    assert len(town.bank.payments()) == deaths + 1
    assert town.bank.repetitions() == []


@pytest.mark.usefixtures("customers")
def test_after_fetching_the_bank_is_asked(town: Town, tmp_path: Path) -> None:
    sent = shipment(tmp_path, [10, 20])
    town.channel.send(sent)
    fetched = town.folder.out / f"{sent.message_id}.xml"
    kept = fetched.rename(tmp_path / "on its way.xml")
    assert town.channel.taken(sent) is Taken.YES  # nobody to ask: it was placed, and is gone
    with served(town.bank) as address:
        town.settings = town.settings.model_copy(update={"bank_address": address})
        assert town.channel.taken(sent) is Taken.UNSURE
        shutil.move(kept, fetched)
        town.bank.work(town.days.now())
        assert town.channel.taken(sent) is Taken.YES
    assert town.answers()
    # The line is down, but the bank spoke of it.
    assert town.channel.taken(sent) is Taken.YES


def test_a_half_written_file_is_emptied_and_never_missing(tmp_path: Path) -> None:
    partial = partial_of(tmp_path / "a.xml")
    partial.write_text("old")
    os.close(opened_for_writing(partial))
    assert partial.read_text() == ""
    assert partial.stat().st_mode & 0o777 in {0o600, 0o644}


def test_nothing_shows_whom_it_pays() -> None:
    from makegood.channels.bank.payments import Debtor, Payments
    from makegood.trust.vault import Account

    account = Account("C1", "088", number_of(1), "김민수")
    shown = repr(Payments(["k"], [1], [2], [account])) + repr(Debtor("Co", "004", "99900012345678"))
    shown += repr(bank.HolderAnswer(found=True, name="김민수", code=""))
    assert not [word for word in NEVER_SAID if word in shown]
