"""The holder of an account, asked for over HTTP."""

import struct
import time
from collections.abc import Iterator
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET, create_connection, create_server
from threading import enumerate as enumerate_threads

import pytest

from makegood.channels.bank import HolderCheck, HolderKind, Unreachable
from makegood.channels.bank.fake import Behaviour, served
from makegood.configuration import Settings
from tests.channels.bank.conftest import Town


@pytest.fixture
def check(town: Town, tmp_path: Path) -> Iterator[HolderCheck]:
    town.bank.open_account("088", "110000000001", "김민수")
    town.bank.open_account("088", "110000000002", "이영희")
    town.bank.close_account("088", "110000000002")
    (tmp_path / "token").write_text("secret")
    with served(town.bank, token="secret") as address:  # noqa: S106
        yield HolderCheck(reaching(town.settings, address, bank_token_file=tmp_path / "token"))


def reaching(settings: Settings, address: str, **changes: object) -> Settings:
    given = {"bank_address": address, "bank_wait_seconds": 5.0, "bank_requests_a_second": 1000.0}
    return settings.model_copy(update={**given, **changes})


def test_the_holder_is_named_and_never_shown(check: HolderCheck) -> None:
    answer = check.holder_of(
        "088", "110000000001", holder_kind=HolderKind.PERSON, known_by="850307"
    )
    assert (answer.found, answer.name, answer.code) == (True, "김민수", "")
    assert "김민수" not in repr(answer)
    assert "110000000001" not in repr(check) + repr(vars(check))


@pytest.mark.parametrize(("number", "code"), [("110000000002", "415"), ("110000000009", "412")])
def test_closed_and_unknown_accounts_are_told_apart(
    check: HolderCheck, number: str, code: str
) -> None:
    answer = check.holder_of("088", number)
    assert (answer.found, answer.name, answer.code) == (False, "", code)


def unanswered(settings: Settings, code: str) -> str:
    with pytest.raises(Unreachable) as caught:
        HolderCheck(settings).holder_of("088", "110000000001")
    assert [finding.code for finding in caught.value.findings] == [code]
    assert "110000000001" not in str(caught.value)
    return str(caught.value)


def test_a_wrong_token_is_refused(town: Town) -> None:
    with served(town.bank, token="secret") as address:  # noqa: S106
        assert "status 401" in unanswered(reaching(town.settings, address), "MG818")


def test_an_outage_is_tried_again_and_then_told(town: Town) -> None:
    bank = town.restarted(Behaviour(outages=1.0))
    with served(bank) as address:
        assert "status 503" in unanswered(reaching(town.settings, address), "MG817")
    with bank.books.reading() as connection:
        assert connection.execute("SELECT count(*) FROM request").fetchone() == (3,)


def test_a_short_outage_goes_unnoticed(town: Town) -> None:
    seed = next(
        seed
        for seed in range(100)
        if Behaviour(seed=seed, outages=0.5).does("outages", "1")
        and not Behaviour(seed=seed, outages=0.5).does("outages", "2")
    )
    bank = town.restarted(Behaviour(seed=seed, outages=0.5))
    bank.open_account("088", "110000000001", "김민수")
    with served(bank) as address:
        assert HolderCheck(reaching(town.settings, address)).holder_of("088", "110000000001").found


def test_a_bank_that_says_nothing_is_given_up(town: Town) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = reaching(town.settings, address, bank_wait_seconds=0.1)
        assert "no answer in time" in unanswered(settings, "MG817")


def test_nobody_there_and_nobody_to_ask(town: Town) -> None:
    assert "no connection" in unanswered(reaching(town.settings, "http://127.0.0.1:9"), "MG817")
    assert "'bank_address' is empty" in unanswered(town.settings, "MG817")


def test_requests_keep_their_pace(town: Town) -> None:
    town.bank.open_account("088", "110000000001", "김민수")
    with served(town.bank) as address:
        check = HolderCheck(reaching(town.settings, address, bank_requests_a_second=20.0))
        start = time.monotonic()
        for _ in range(5):
            check.holder_of("088", "110000000001")
        assert time.monotonic() - start >= 4 / 20


@pytest.mark.parametrize("said", [b"POST /v2.0/inquiry/real_name HTTP/1.1\r\n", b""])
def test_whoever_was_killed_while_asking_is_no_fault_of_the_banks(
    town: Town, said: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    town.bank.open_account("088", "110000000001", "김민수")
    at_once = struct.pack("ii", 1, 0)
    with served(town.bank) as address:
        for _ in range(20):
            line = create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])))
            line.sendall(said)
            # As a process that is killed leaves it: the other side is told of a broken line.
            line.setsockopt(SOL_SOCKET, SO_LINGER, at_once)
            line.close()
        assert HolderCheck(reaching(town.settings, address)).holder_of("088", "110000000001").found
        # The lines are served in threads of their own, each of which ends with its line.
        until = time.monotonic() + 5
        while any("process_request" in each.name for each in enumerate_threads()):
            assert time.monotonic() < until
            time.sleep(0.01)
    assert capfd.readouterr().err == ""
