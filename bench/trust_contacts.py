"""Loading and rotating contacts, and the floor beneath: the same Tink calls and COPY alone.

``python -m bench.trust_contacts PEOPLE FOLDER`` prints a JSON report of one process. The floor is
what no program can do without: for each person one sealing of the record, one of the account where
there is one, and two pseudo-random functions, through Tink's own primitives; then COPY of the
results, as bytes made beforehand, into the very tables, with their indexes. Nothing is read,
checked, committed in batches or logged in it.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

SEED = 2025
ACTOR = "console:bench"

Report = dict[str, Any]


def contacts(people: int, folder: Path) -> Path:
    """Made-up contacts, made once."""
    from makegood.trust.vault import make_contacts

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"contacts-{people}.csv"
    if not file.exists():
        make_contacts(file, people_count=people, seed=SEED)
    return file


def floor(file: Path) -> Report:
    """Tink calls and COPY alone, in an open store; the tables are emptied before and after."""
    from django.db import connection

    from makegood.trust.vault.loading import writing
    from makegood.trust.vault.loading.rows import Checker
    from makegood.trust.vault.sealing import Sealer, new_keys

    sealer = Sealer(1, new_keys())
    with file.open(encoding="utf-8", newline="") as text:
        rows = [tuple(row) for row in islice(csv.reader(text), 1, None)]
    from makegood.kernel import SystemClock

    kept = Checker(SystemClock().now().date()).batch(rows, 1).kept
    empty_tables()

    start = time.perf_counter()
    persons = list(writing.sealed_persons(kept.items(), sealer))
    accounts = list(
        writing.sealed_accounts(((key, row[3]) for key, row in kept.items() if row[3]), sealer)
    )
    tink_seconds = time.perf_counter() - start

    bytes_of = (
        (writing.COPY_PERSONS, b"".join(writing.person_bytes(persons, 1))),
        (writing.COPY_ACCOUNTS, b"".join(writing.account_bytes(accounts, 1))),
    )
    connection.ensure_connection()
    start = time.perf_counter()
    for statement, content in bytes_of:
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(writing.COPY_HEAD)
            copy.write(content)
            copy.write(writing.COPY_END)
    copy_seconds = time.perf_counter() - start
    empty_tables()
    return {
        "people": len(kept),
        "tink_seconds": tink_seconds,
        "copy_seconds": copy_seconds,
        "seconds": tink_seconds + copy_seconds,
    }


def loaded(file: Path) -> Report:
    """makegood: the file loaded, from reading it to the last commit."""
    from makegood.trust.vault import load

    start = time.perf_counter()
    report = load(file, actor=ACTOR)
    seconds = time.perf_counter() - start
    assert not report.was_loaded
    return {"people": report.rows, "rejected": report.rejected, "seconds": seconds}


def rotated() -> Report:
    """makegood: everything sealed again, from the first row to the keys destroyed."""
    from makegood.trust.vault import rotate

    start = time.perf_counter()
    report = rotate(actor=ACTOR)
    return {"resealed": report.resealed, "seconds": time.perf_counter() - start}


def empty_tables() -> None:
    """Empty what the floor and the load fill, and let the server settle."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE vault_person, vault_account")


def everything(people: int, folder: Path) -> Report:
    """Floor, load and rotation in one process and one fresh store in ``folder``."""
    from makegood.configuration import Settings
    from makegood.project import prepared

    file = contacts(people, folder)
    home = folder / f"home-{people}-{time.time_ns()}"
    with prepared(Settings(home=home)):
        report = {"floor": floor(file), "load": loaded(file), "rotation": rotated()}
    report["load_to_floor"] = report["load"]["seconds"] / report["floor"]["seconds"]
    return report


if __name__ == "__main__":
    print(json.dumps(everything(int(sys.argv[1]), Path(sys.argv[2])), indent=2))
