"""A file is loaded once, whole, and what cannot be taken is told without its value."""

from pathlib import Path

from makegood.trust.vault import find_by_phone, load, open_account, open_person, rotate
from tests.store_fixture import Database
from tests.trust.vault.conftest import ACTOR


def test_smoke(vault: Database, contacts: Path) -> None:
    report = load(contacts, actor=ACTOR)
    print(report)
    report = load(contacts, actor=ACTOR)
    print(report)
    print(open_person("C00000001").name, open_account("C00000001").number)
    print(rotate(actor=ACTOR))
    print(open_person("C00000001").name, open_account("C00000001").number)
    print(find_by_phone("01038724912"))
    assert 0
