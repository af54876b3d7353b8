"""Whose a line is from now on, as a file of holders says it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from makegood.redress.serving import load_holders
from makegood.trust.access import Visitor
from makegood.trust.vault import Person, store_person
from tests.redress.claims.relief import PERSONS


def held_by(customer: str, line: str = "L0001", name: str = "") -> None:
    """The line is this customer's; the vault knows them by this name, or that of the line."""
    named(line, customer)
    store_person(Person(customer, name or PERSONS[line], "010-7777-0001"), actor="console:tester")


def named(line: str, customer: str) -> None:
    """A file names the line's holder."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "holders.csv"
        file.write_text(f"line_id,customer_id\n{line},{customer}\n")
        load_holders(Visitor.console("root"), file)
