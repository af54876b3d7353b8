"""Codes are brought in once, given out once each, and are nowhere in the clear."""

from __future__ import annotations

import gzip
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from makegood.channels import ChannelName, Outcome
from makegood.channels.vouchers import (
    VoucherChannel,
    code_of,
    give,
    give_many,
    import_codes,
    low_pools,
    pools,
)
from makegood.kernel import MakegoodError
from makegood.trust.access import Refused
from makegood.trust.vault import begin_rotation, finish_rotation, rotate
from tests.channels.contract import keys_of, outcomes, shipment_of, take_in, with_attempt
from tests.channels.vouchers.codes import POOL, brought_in, codes_file, made_codes
from tests.store_fixture import Database
from tests.trust.access.visitors import agent, entries
from tests.trust.leaks import nothing_leaks


def given(pool: str, key: str) -> str | None:
    with transaction.atomic():
        give(pool, key)
    return code_of(key)


def rejects() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_number, reason FROM vouchers_reject")
        return dict(cursor.fetchall())


# --- Bringing in ---


def test_a_code_is_in_one_pool_alone(tmp_path: Path) -> None:
    file = codes_file(tmp_path / "codes.csv", 3)
    assert brought_in(file).added == 3
    again = brought_in(file, pool="another-pool")
    assert (again.rows, again.added) == (3, 0)
    assert {why for _, why in again.rejects} == {
        "is there already, in this pool or another, or came before in the file"
    }


def test_rows_that_are_no_codes_are_set_aside_with_their_reason(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    rows = ["AAAA-1111", "", "has space", "AAAA-1111", "abc", "x" * 65, "코드12345", "BBBB-2222"]
    file.write_text("serial,code\n" + "".join(f"{n},{row}\n" for n, row in enumerate(rows)))
    made = brought_in(file)
    assert (made.rows, made.added) == (8, 2)
    assert dict(made.rejects) == rejects()
    assert {row: why.split()[0] for row, why in made.rejects} == {
        2: "is", 3: "holds", 4: "is", 5: "has", 6: "has", 7: "holds",
    }  # fmt: skip
    assert "before" in rejects()[4]
    (entry,) = entries("vouchers.imported")
    assert entry["details"]["added"] == 2
    assert entry["details"]["rejected"] == 6


def test_the_same_file_again_adds_nothing(tmp_path: Path) -> None:
    file = codes_file(tmp_path / "codes.csv", 30)
    assert brought_in(file).added == 30
    again = brought_in(file)
    assert (again.added, sum(again.rejected.values())) == (0, 30)


@pytest.mark.parametrize(
    ("content", "why"),
    [("", "no column"), ("number\n12345\n", "no column"), ('code\n"AAAA\n', "cannot be read")],
)
def test_a_file_that_is_none_of_codes_is_refused(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(content)
    with pytest.raises(MakegoodError, match=why) as told:
        brought_in(file)
    assert [finding.code for finding in told.value.findings] == ["MG809"]
    assert "12345" not in str(told.value)
    assert pools() == []


def test_a_compressed_file_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv.gz"
    file.write_bytes(gzip.compress(b"code\nAAAA-1111\n"))
    with pytest.raises(MakegoodError, match="cannot be read as CSV"):
        brought_in(file)


def test_a_pool_cannot_be_called_anything(tmp_path: Path) -> None:
    with pytest.raises(MakegoodError, match="MG809"):
        brought_in(codes_file(tmp_path / "codes.csv", 1), "Pool 1")


def test_who_may_not_import_brings_in_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        import_codes(agent(), POOL, codes_file(tmp_path / "codes.csv", 5))
    assert pools() == []


# --- Giving ---


@pytest.mark.usefixtures("pool")
def test_a_key_keeps_its_code(tmp_path: Path) -> None:
    first = given(POOL, "MG1")
    assert first == made_codes(50)[0]
    assert given(POOL, "MG1") == first
    assert given(POOL, "MG2") != first
    assert code_of("MG3") is None
    brought_in(codes_file(tmp_path / "more.csv", 5, seed=8), "another-pool")
    with pytest.raises(MakegoodError, match="another pool"):
        given("another-pool", "MG1")


def test_an_empty_pool_gives_none() -> None:
    with pytest.raises(MakegoodError, match="none is left") as told:
        given(POOL, "MG1")
    assert [finding.code for finding in told.value.findings] == ["MG808"]


@pytest.mark.usefixtures("pool")
def test_a_code_that_was_given_in_an_act_that_failed_is_free_again() -> None:
    class NotDoneError(Exception):
        pass

    def act() -> None:
        with transaction.atomic():
            give(POOL, "MG1")
            raise NotDoneError

    with pytest.raises(NotDoneError):
        act()
    assert code_of("MG1") is None
    assert [(each.left, each.given) for each in pools()] == [(50, 0)]
    with pytest.raises(transaction.TransactionManagementError):
        give(POOL, "MG1")


@pytest.mark.usefixtures("pool")
def test_thirty_two_at_once_never_give_a_code_twice() -> None:
    """Each key is asked for by two, for 40 keys in all; then for more than there are codes."""

    def one(number: int) -> tuple[str, str | None]:
        try:
            key = f"MG{number % 40:02}"
            with transaction.atomic():
                give(POOL, key)
            return key, code_of(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as threads:
        told = list(threads.map(one, range(80)))
    codes = {key: {code for of, code in told if of == key} for key, _ in told}
    assert len(codes) == 40
    assert all(len(each) == 1 and None not in each for each in codes.values())
    assert len(set.union(*codes.values())) == 40
    [standing] = pools()
    assert (standing.left, standing.given) == (10, 40)


@pytest.mark.usefixtures("pool")
def test_many_at_once_share_what_is_left() -> None:
    def some(number: int) -> dict[str, object]:
        try:
            keys = [f"MG{number:02}{n:02}" for n in range(10)]
            with transaction.atomic():
                return dict(give_many(POOL, keys).codes)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = [pair for each in threads.map(some, range(8)) for pair in each.items()]
    assert len(found) == 50
    assert max(Counter(code for _, code in found).values()) == 1


def test_a_pool_that_is_nearly_empty_is_told_in_time(pool: object, database: Database) -> None:
    assert pool
    assert low_pools() == []
    with transaction.atomic():
        give_many(POOL, [f"MG{n}" for n in range(44)])
    assert low_pools() == []
    with transaction.atomic():
        give(POOL, "MG44")
    [finding] = low_pools()
    assert finding.code == "MG807"
    assert "5 of 50" in finding.message
    assert VoucherChannel(database.settings).findings() == [finding]


# --- As a channel ---


def test_who_got_no_code_gets_one_in_the_follow_up(
    pool: object, database: Database, tmp_path: Path
) -> None:
    assert pool
    channel = VoucherChannel(database.settings)
    shipment = shipment_of(tmp_path, ChannelName.VOUCHERS, 1, 60, detail=[POOL] * 60)
    channel.send(shipment)
    [incoming] = take_in(channel)
    failed = incoming.answers.filter(incoming.answers["outcome"].to_numpy() == "failed")
    assert set(failed["code"].to_pylist()) == {"pool_empty"}
    assert failed.num_rows == 10
    brought_in(codes_file(tmp_path / "more.csv", 20, seed=9))
    follow_up = with_attempt(shipment, 2, failed["key"].to_pylist(), 2)
    channel.send(follow_up)
    told = outcomes(take_in(channel))
    assert set(told) == {(key, 2) for key in failed["key"].to_pylist()}
    assert all(said == {Outcome.DONE} for said in told.values())
    codes = [code_of(key) for key in keys_of(shipment)]
    assert len(set(codes)) == 60


# --- Sealed ---


@pytest.mark.usefixtures("pool")
def test_codes_open_and_stay_unique_while_keys_are_rotated(tmp_path: Path) -> None:
    first = given(POOL, "MG1")
    begin_rotation(actor="console:tester")
    # Old and new keys are in use: what is there is found under either.
    again = brought_in(codes_file(tmp_path / "again.csv", 60))
    assert again.added == 10
    assert code_of("MG1") == first
    assert finish_rotation(actor="console:tester").resealed >= 50
    assert code_of("MG1") == first
    assert brought_in(codes_file(tmp_path / "again.csv", 60)).added == 0


def test_codes_are_nowhere_in_the_clear(database: Database, tmp_path: Path) -> None:
    planted = made_codes(40, seed=11)
    with nothing_leaks(database, planted):
        file = codes_file(tmp_path / "codes.csv", 40, seed=11)
        made = brought_in(file)
        brought_in(file)
        channel = VoucherChannel(database.settings)
        shipment = shipment_of(tmp_path / "items", ChannelName.VOUCHERS, 1, 50, detail=[POOL] * 50)
        channel.send(shipment)
        came = take_in(channel)
        rotate(actor="console:tester")
        assert code_of(keys_of(shipment)[0]) in planted
    told = " ".join([repr(made), repr(came), str(pools()), *map(str, low_pools())])
    assert not any(code in told for code in planted)
