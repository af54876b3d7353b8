"""An account kept by an act's own statement: with the current keys, and nobody who was deleted."""

import psycopg
import pytest
from django.db import connection, transaction

from makegood.trust.vault import (
    Account,
    NotSealed,
    Person,
    account_clause,
    account_values,
    begin_rotation,
    delete_person,
    expect_sealable,
    keeping_account,
    open_account,
    store_person,
)
from tests.store_fixture import Database
from tests.trust.vault.conftest import ACTOR, refused

MINSU = Person("C1", "김민수", "010-1234-5678")
ACCOUNT = Account("C1#R7K3-9QXM-2HTB", "004", "110123456789", "김민수")
WRITERS = "makegood.vault.writers"
ACT = f"WITH act AS (SELECT 1), {account_clause('act')} SELECT"

pytestmark = pytest.mark.usefixtures("vault")


def keep(account: Account, connection_: psycopg.Connection | None = None) -> None:
    values = account_values(account, actor=ACTOR)
    with keeping_account(), psycopg.Cursor(connection_ or connection.connection) as cursor:
        cursor.execute(ACT.encode(), values)


def kept(account: Account) -> bool:
    """Whether the account was kept, by one try."""
    try:
        with transaction.atomic():
            keep(account)
    except NotSealed:
        return False
    return True


def test_an_account_is_kept_and_opens() -> None:
    store_person(MINSU, actor=ACTOR)
    if not kept(ACCOUNT):  # the keys remembered may be those of another test's vault
        expect_sealable(ACCOUNT)
        assert kept(ACCOUNT)
    assert open_account(ACCOUNT.customer_id) == ACCOUNT


def test_with_other_keys_nothing_is_kept_until_they_are_asked_for_again() -> None:
    store_person(MINSU, actor=ACTOR)
    expect_sealable(ACCOUNT)
    assert kept(Account("C1#AAAA", "004", "110123456789", "김민수"))
    begin_rotation(actor=ACTOR)
    assert not kept(ACCOUNT)
    expect_sealable(ACCOUNT)
    assert kept(ACCOUNT)
    assert open_account(ACCOUNT.customer_id) == ACCOUNT


def test_whoever_was_deleted_is_not_brought_back() -> None:
    store_person(MINSU, actor=ACTOR)
    expect_sealable(ACCOUNT)
    delete_person("C1", actor=ACTOR)
    assert not kept(ACCOUNT)
    refused("MG728", lambda: expect_sealable(ACCOUNT))


def test_deletion_and_rotation_wait_for_a_writer_in_flight(vault: Database) -> None:
    store_person(MINSU, actor=ACTOR)
    expect_sealable(ACCOUNT)
    with vault.program.connect() as writer:
        keep(ACCOUNT, writer)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            delete_person("C1", actor=ACTOR)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            begin_rotation(actor=ACTOR)
        writer.rollback()
    assert not delete_person("C1", actor=ACTOR).already_done


def test_a_writer_that_asks_for_the_keys_and_a_rotation_do_not_wait_for_each_other(
    vault: Database,
) -> None:
    store_person(MINSU, actor=ACTOR)
    expect_sealable(ACCOUNT)  # the keys are not remembered
    with vault.program.connect() as rotation:
        rotation.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [WRITERS])
        with transaction.atomic():
            account_values(ACCOUNT, actor=ACTOR)
            rotation.execute("SET LOCAL lock_timeout = '5s'")
            rotation.execute("SELECT FROM vault_generation WHERE state = 'current' FOR UPDATE")
        rotation.rollback()
    assert kept(ACCOUNT)
