"""Files of contacts in the words of the tests, and whether the vault holds what is in one."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.db import connection

from makegood.trust.audit import integrate_all, verify
from makegood.trust.vault import (
    canonical_phone,
    find_by_phone,
    generations,
    open_account,
    open_person,
)

HEADER = (
    *("customer_id", "name", "phone", "birth_date", "email", "address"),
    *("bank_code", "account_number", "account_holder"),
)


def row(customer_id: str, **fields: str) -> dict[str, str]:
    """A customer whose fields are good, but for those that are given."""
    usual = dict.fromkeys(HEADER, "") | {"name": "김민수", "phone": "010-1234-5678"}
    return usual | {"customer_id": customer_id} | fields


def write_book(
    file: Path, rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER
) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file


def read_book(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def expect_exactly(rows: Sequence[Mapping[str, str]], *, looked_up: int = 50) -> None:
    """The vault holds these customers and no others, each opens, and each is found."""
    accounts = [each for each in rows if each["account_number"]]
    assert one("SELECT count(*) FROM vault_person") == len(rows)
    assert one("SELECT count(DISTINCT customer_id) FROM vault_person") == len(rows)
    assert one("SELECT count(*) FROM vault_account") == len(accounts)
    for each in rows:
        person = open_person(each["customer_id"])
        assert person.name == each["name"]
        assert person.phone == canonical_phone(each["phone"])
        assert (person.birth_date.isoformat() if person.birth_date else "") == each["birth_date"]
        assert (person.email, person.address) == (each["email"], each["address"])
    for each in accounts:
        account = open_account(each["customer_id"])
        assert account.number == each["account_number"].replace("-", "")
    for each in rows[:: max(1, len(rows) // looked_up)]:
        found = [person.customer_id for person in find_by_phone(each["phone"])]
        assert each["customer_id"] in found


def expect_one_generation(generation: int) -> None:
    """All rows are of this generation, and the keys of all before it are gone."""
    for table in ("vault_person", "vault_account", "vault_load"):
        assert one(f"SELECT count(*) FROM {table} WHERE generation <> {generation}") == 0
    states = {each.generation: each.state for each in generations()}
    assert states == {
        number: "current" if number == generation else "destroyed"
        for number in range(1, generation + 1)
    }
    assert one("SELECT count(*) FROM vault_generation WHERE wrapped_keys <> ''") == 1


def expect_sound_log() -> None:
    integrate_all()
    result = verify()
    assert result.findings == (), result.findings


def one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        [value] = cursor.fetchone()
    return int(value)
