"""One person at a time: stored, replaced, found, opened, deleted."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection, transaction

from makegood.kernel import FixedClock, MakegoodError
from makegood.trust import clock
from makegood.trust.vault import (
    Account,
    Person,
    delete_person,
    find_by_name_and_birth_date,
    find_by_phone,
    generations,
    open_account,
    open_person,
    rotate,
    store_account,
    store_person,
)
from tests.store_fixture import Database
from tests.trust.vault.conftest import ACTOR, refused

BORN = date(1985, 3, 7)
MINSU = Person("C1", "김민수", "010-1234-5678", BORN, "minsu@example.com", "서울특별시 강남구 1")
ACCOUNT = Account("C1", "004", "110-123-456789", "김민수")

pytestmark = pytest.mark.usefixtures("vault")


def test_a_person_is_found_by_phone_and_by_name_with_birth_date() -> None:
    store_person(MINSU, actor=ACTOR)
    store_person(Person("C2", "이영희", "010-9999-0000", date(1990, 1, 1)), actor=ACTOR)
    assert [person.name for person in find_by_phone("+82 10 1234 5678")] == ["김민수"]
    assert find_by_name_and_birth_date("김 민수", BORN) == find_by_phone("01012345678")
    assert find_by_name_and_birth_date("김민수", date(1990, 1, 1)) == []
    assert find_by_phone("010-0000-0000") == find_by_phone("nonsense") == []
    assert open_person("C1").phone == "+821012345678"


def test_everybody_with_one_phone_is_found_in_order() -> None:
    for customer_id in ("C3", "C1", "C2"):
        store_person(Person(customer_id, "김민수", "010-1234-5678"), actor=ACTOR)
    assert [person.customer_id for person in find_by_phone("01012345678")] == ["C1", "C2", "C3"]


def test_without_a_birth_date_a_person_is_found_by_phone_only() -> None:
    store_person(Person("C1", "김민수", "010-1234-5678"), actor=ACTOR)
    assert len(find_by_phone("010-1234-5678")) == 1
    assert find_by_name_and_birth_date("김민수", BORN) == []


def test_a_later_record_replaces_the_earlier_with_its_indexes() -> None:
    store_person(MINSU, actor=ACTOR)
    store_person(Person("C1", "김민서", "010-8765-4321", BORN), actor=ACTOR)
    assert open_person("C1").name == "김민서"
    assert find_by_phone("010-1234-5678") == []
    assert find_by_name_and_birth_date("김민수", BORN) == []
    assert len(find_by_phone("010-8765-4321")) == 1


def test_an_account_is_a_record_of_its_own() -> None:
    store_account(ACCOUNT, actor=ACTOR)
    assert open_account("C1").number == "110123456789"
    refused("MG727", lambda: open_person("C1"))
    store_account(Account("C1", "088", "222222222222", "김민수"), actor=ACTOR)
    assert open_account("C1").bank_code == "088"


def test_what_is_not_there_is_told() -> None:
    refused("MG727", lambda: open_person("C1"))
    refused("MG727", lambda: open_account("C1"))
    refused("MG727", lambda: delete_person("C1", actor=ACTOR))
    refused("MG727", lambda: delete_person("김민수", actor=ACTOR), says_not="김민수")


def test_a_store_that_is_undone_leaves_nothing() -> None:
    with transaction.atomic():
        store_person(MINSU, actor=ACTOR)
        transaction.set_rollback(True)
    assert find_by_phone("010-1234-5678") == []
    assert generations() == []
    assert kinds() == []


def test_the_log_names_pseudonyms_only() -> None:
    store_person(MINSU, actor=ACTOR)
    store_account(ACCOUNT, actor=ACTOR)
    delete_person("C1", actor="staff:7", purpose="customer_request", case="CASE-1")
    assert kinds() == [
        "keys.generation_made",
        "personal_data.stored",
        "personal_data.stored",
        "personal_data.deleted",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, purpose, case_reference FROM audit_entry ORDER BY entry_id")
        assert cursor.fetchall()[-1] == ("C1", "customer_request", "CASE-1")


def kinds() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM audit_entry ORDER BY entry_id")
        return [kind for (kind,) in cursor.fetchall()]


# --- Rows put elsewhere ---


@pytest.mark.parametrize("table", ["vault_person", "vault_account"])
def test_a_ciphertext_put_into_another_row_does_not_open(vault: Database, table: str) -> None:
    for customer_id, phone in (("C1", "010-1111-1111"), ("C2", "010-2222-2222")):
        store_person(Person(customer_id, "김민수", phone), actor=ACTOR)
        store_account(
            Account(customer_id, "004", f"1234567{customer_id[1]}", "김민수"), actor=ACTOR
        )
    with vault.owner.connect() as owner:
        owner.execute(
            f"UPDATE {table} SET sealed = (SELECT sealed FROM {table} WHERE customer_id = 'C2')"
            " WHERE customer_id = 'C1'"
        )
    opened = open_person if table == "vault_person" else open_account
    refused("MG726", lambda: opened("C1"))
    assert opened("C2").customer_id == "C2"


def test_a_row_with_another_generation_does_not_open(vault: Database) -> None:
    store_person(MINSU, actor=ACTOR)
    rotate(actor=ACTOR)
    store_person(Person("C2", "이영희", "010-9999-0000"), actor=ACTOR)
    with vault.owner.connect() as owner:
        owner.execute("UPDATE vault_person SET generation = 1 WHERE customer_id = 'C2'")
    # Its keys are destroyed; nothing can be made of the row.
    with pytest.raises(MakegoodError):
        open_person("C2")


def test_another_master_key_opens_nothing(vault: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    store_person(MINSU, actor=ACTOR)
    from makegood.trust.vault.key_generations import _sealers

    _sealers.clear()
    monkeypatch.setenv("MAKEGOOD_HOME", str(vault.home.parent / "another"))
    refused("MG725", lambda: open_person("C1"))


# --- Deletion ---


def test_a_deletion_removes_record_account_and_indexes_and_gives_a_receipt(
    vault: Database,
) -> None:
    instant = datetime(2026, 1, 14, 9, tzinfo=UTC)
    store_person(MINSU, actor=ACTOR)
    store_account(ACCOUNT, actor=ACTOR)
    with clock.use(FixedClock(instant)):
        receipt = delete_person("C1", actor=ACTOR)
    assert receipt.as_json() == {
        "customer_id": "C1",
        "deleted_at": instant.isoformat(),
        "entry_id": str(receipt.entry_id),
        "already_done": False,
    }
    assert find_by_phone("010-1234-5678") == find_by_name_and_birth_date("김민수", BORN) == []
    refused("MG727", lambda: open_person("C1"))
    refused("MG727", lambda: open_account("C1"))
    with vault.owner.connect() as owner:
        for table in ("vault_person", "vault_account"):
            assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        found = owner.execute(
            "SELECT kind, person FROM audit_entry WHERE entry_id = %s", [receipt.entry_id]
        ).fetchone()
    assert found == ("personal_data.deleted", "C1")


def test_a_second_deletion_says_that_it_was_done() -> None:
    store_person(MINSU, actor=ACTOR)
    first = delete_person("C1", actor=ACTOR)
    second = delete_person("C1", actor=ACTOR)
    assert second.already_done
    assert (second.entry_id, second.deleted_at) == (first.entry_id, first.deleted_at)
    assert kinds().count("personal_data.deleted") == 1


def test_who_was_deleted_does_not_come_back() -> None:
    store_person(MINSU, actor=ACTOR)
    delete_person("C1", actor=ACTOR)
    refused("MG728", lambda: store_person(MINSU, actor=ACTOR))
    refused("MG728", lambda: store_account(ACCOUNT, actor=ACTOR))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vault_deletion",
        "UPDATE vault_deletion SET deleted_at = now()",
        "DELETE FROM vault_generation",
        "TRUNCATE vault_person",
    ],
)
def test_the_program_may_not_undo_a_deletion_or_lose_a_generation(
    vault: Database, statement: str
) -> None:
    with (
        vault.program.connect() as program,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        program.execute(statement.encode())


def test_a_deletion_waits_for_a_writer_in_flight(vault: Database) -> None:
    """A writer holds the generation, so a deletion cannot slip in before its record."""
    store_person(MINSU, actor=ACTOR)
    with vault.program.connect() as writer:
        writer.execute("SELECT 1 FROM vault_generation WHERE state = 'current' FOR KEY SHARE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            delete_person("C1", actor=ACTOR)
        writer.rollback()
    assert not delete_person("C1", actor=ACTOR).already_done
