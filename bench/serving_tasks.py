"""The tasks of the section about the serving copy: on an embedded server of their own, durable."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.trust_tasks import installation

Report = dict[str, Any]
_BLOCK_BYTES = 1 << 20


def serving(home: str, population: str, decisions: int, changed: float) -> Report:
    """The serving copy loaded whole beside COPY of the very same rows from a ready file.

    Both tables get the same columns and the same key, and both end in a commit. Then single lines
    are decided, and so many in a hundred lines are changed in place.
    """
    with installation(home):
        from django.db import connection

        from makegood.redress import serving as room
        from makegood.redress.serving.current import current_of

        _publish()
        name, folder = _programme().identifier, Path(population)
        start = time.perf_counter()
        known = room.register(_console(), folder, name)
        register_seconds = time.perf_counter() - start
        start = time.perf_counter()
        _forget(connection)
        room.serve(name, whole=True)
        ours = time.perf_counter() - start
        current = current_of(name)
        assert current
        assert current.rows == known.rows
        return {
            "rows": known.rows,
            "register_seconds": register_seconds,
            "seconds": ours,
            "copy_seconds": _plain_copy(home, current.table_name),
            **_one_line(folder, name, decisions),
            **_changed(home, folder, name, changed),
        }


def _programme() -> Any:  # noqa: ANN401 - loaded where it is needed
    from bench.sections import PROGRAMME
    from makegood.programmes import load_programme

    return load_programme(PROGRAMME)


def _console() -> Any:  # noqa: ANN401
    from makegood.trust.access import Visitor

    return Visitor.console("bench")


def _publish() -> None:
    """The programme is in force. Who agreed to it is not what is measured."""
    from uuid import uuid4

    from django.apps import apps

    from makegood.trust.clock import now

    programme = _programme()
    apps.get_model("publication", "Version").objects.create(
        programme=programme.identifier,
        sha256=programme.sha256,
        text=programme.text,
        published_at=now(),
        published_by="console:bench",
        proposal_id=uuid4(),
    )


def _forget(connection: Any) -> None:  # noqa: ANN401
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM serving_current")
    from makegood.redress.serving.cleaning import remove_left_over

    remove_left_over()


def _plain_copy(home: str, table: str) -> float:
    """Seconds of COPY of the same rows into an equal table, its key included, and the commit."""
    import psycopg
    from django.db import connection, transaction

    file = Path(home) / "rows.csv"
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        with (
            file.open("wb") as written,
            cursor.copy(f'COPY serving."{table}" TO STDOUT (FORMAT csv)') as copy,
        ):
            for block in copy:
                written.write(block)
        cursor.execute(f'SELECT count(*) FROM serving."{table}"')
    start = time.perf_counter()
    with transaction.atomic(), psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(f'CREATE TABLE serving.equal (LIKE serving."{table}")')
        with (
            file.open("rb") as given,
            cursor.copy("COPY serving.equal FROM STDIN (FORMAT csv, FREEZE)") as copy,
        ):
            while block := given.read(_BLOCK_BYTES):
                copy.write(block)
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("ALTER TABLE serving.equal ADD PRIMARY KEY (line_id)")
        cursor.execute("ANALYZE serving.equal (line_id)")
    took = time.perf_counter() - start
    _same_rows(table, "equal")
    file.unlink()
    return took


def _same_rows(table: str, other: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM (SELECT * FROM serving."{table}"'
            f' EXCEPT ALL SELECT * FROM serving."{other}") AS differing'
        )
        assert cursor.fetchone()[0] == 0
        cursor.execute(f'DROP TABLE serving."{other}"')


def _one_line(folder: Path, name: str, decisions: int) -> Report:
    """Single decisions, each over the network of the server and back."""
    from makegood.population import open_snapshot, sample_lines
    from makegood.redress.serving import decision_of

    lines = [line for line, _ in sample_lines(open_snapshot(folder), decisions, seed=1)]
    decision_of(name, lines[0])
    took = []
    for line in lines:
        start = time.perf_counter()
        decision_of(name, line)
        took.append(time.perf_counter() - start)
    cuts = quantiles(took, n=100)
    return {"decision_p50_ms": cuts[49] * 1e3, "decision_p99_ms": cuts[98] * 1e3}


def _changed(home: str, folder: Path, name: str, share: float) -> Report:
    """Seconds to bring a share of changed lines in: what changed alone, and a whole load."""
    from makegood.redress.serving import newest, register, serve
    from makegood.redress.serving.current import current_of

    before = current_of(name)
    out = Path(tempfile.mkdtemp(dir=home)) / "changed"
    _changed_population(folder, out, share)
    start = time.perf_counter()
    register(_console(), out, name)
    changed_seconds = time.perf_counter() - start
    after = current_of(name)
    start = time.perf_counter()
    from django.db import connection

    _forget(connection)
    serve(name, whole=True)
    whole_seconds = time.perf_counter() - start
    known = newest(name)
    assert before and after and known  # noqa: PT018
    shutil.rmtree(out)
    return {
        "changed_seconds": changed_seconds,
        "whole_seconds": whole_seconds,
        "in_place": before.table_name == after.table_name,
    }


def _changed_population(folder: Path, out: Path, share: float) -> None:
    """The same lines as of the same day, a share of them with another amount of money."""

    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    from makegood.kernel import SystemClock
    from makegood.population import SnapshotWriter, open_snapshot

    snapshot = open_snapshot(folder)
    chance = np.random.default_rng(1)
    money = next(name for name, fact in snapshot.facts.items() if fact.kind.value == "money")
    with SnapshotWriter(
        out,
        snapshot.facts,
        programme=snapshot.programme,
        programme_sha256=snapshot.programme_sha256,
        as_of=snapshot.as_of,
        source={"kind": "bench"},
        clock=SystemClock(),
    ) as writer:
        for path in snapshot.part_paths():
            table = parquet.read_table(path, partitioning=None)
            picked = pa.array(chance.random(table.num_rows) < share)
            column = table.column(money)
            high = snapshot.facts[money].high
            other = pc.if_else(pc.less(column, high), pc.add(column, 1), pc.subtract(column, 1))
            at = table.column_names.index(money)
            table = table.set_column(at, money, pc.if_else(picked, other, column))
            writer.add(table)
        writer.finish()


SERVING_TASKS = (serving,)
