"""What a process of its own does: ``python -m bench.tasks NAME JSON`` prints a JSON report.

Libraries are imported by the task that needs them, before its clock starts: ``seconds`` is work
after start-up.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.bank_tasks import BANK_TASKS
from bench.claims_tasks import CLAIMS_TASKS
from bench.pages_tasks import PAGES_TASKS
from bench.runs_tasks import RUNS_TASKS
from bench.serving_tasks import SERVING_TASKS
from bench.trust_tasks import TRUST_TASKS

PROGRAMME = Path("programmes/kt-2025/programme.yaml")
SHAPE = PROGRAMME.parent / "synthetic.yaml"
AS_OF, SEED = date(2026, 1, 13), 2025

Report = dict[str, Any]


def population(lines: int, out: str) -> Report:
    """A synthetic population, made once."""
    from makegood.kernel import SystemClock
    from makegood.population import make_population
    from makegood.programmes import load_programme

    programme = load_programme(PROGRAMME)
    made = make_population(
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        shape=SHAPE,
        lines=lines,
        seed=SEED,
        as_of=AS_OF,
        out=Path(out),
        clock=SystemClock(),
    )
    return {"rows": made.snapshot.rows, "written": made.written}


def decide(population: str, out: str) -> Report:
    """makegood: all measures of all lines, decided, counted, hashed and kept."""
    from makegood.decisions import decide as decide_all
    from makegood.kernel import SystemClock
    from makegood.population import open_snapshot
    from makegood.programmes import load_programme

    folder = _empty(out)
    start = time.perf_counter()
    programme = load_programme(PROGRAMME)
    decide_all(programme, open_snapshot(Path(population)), (), folder, clock=SystemClock())
    return {"seconds": time.perf_counter() - start}


def handwritten(population: str, out: str, way: str) -> Report:
    """The hand-written DuckDB query."""
    from bench.peers import handwritten as peer

    folder = _empty(out)
    folder.mkdir(parents=True)
    parts = sorted(Path(population).glob("part-*.parquet"))
    start = time.perf_counter()
    peer.decide(parts, folder, way)
    return {"seconds": time.perf_counter() - start}


def compare(ours: str, theirs: str) -> Report:
    """Every column of every line of two folders of decisions; the number of differences."""
    import duckdb

    a, b = f"'{ours}/*.parquet'", f"'{theirs}/*.parquet'"
    with duckdb.connect() as connection:
        columns = [row[0] for row in connection.execute(f"DESCRIBE FROM {b}").fetchall()]
        unlike = [f'count(*) FILTER (a."{c}" IS DISTINCT FROM b."{c}")' for c in columns]
        joined = f"FROM {a} AS a FULL JOIN {b} AS b USING (line_id)"
        counts = connection.execute(f"SELECT count(*), {', '.join(unlike)} {joined}").fetchall()[0]
        sizes = [connection.execute(f"SELECT count(*) FROM {x}").fetchall()[0][0] for x in (a, b)]
    differences = {c: n for c, n in zip(columns, counts[1:], strict=True) if n}
    return {"lines": counts[0], "sizes": sizes, "differences": differences}


def diff(population: str, old: str, new: str) -> Report:
    """makegood: two versions of the programme over one population."""
    from makegood.decisions import diff as diff_all
    from makegood.population import open_snapshot
    from makegood.programmes import load_programme

    start = time.perf_counter()
    before, after = load_programme(Path(old)), load_programme(Path(new))
    found = diff_all(before, after, open_snapshot(Path(population)))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "unchanged": found.unchanged, "changes": len(found.changes)}


def check() -> Report:
    """makegood: the programme's file, checked for the first time in this process."""
    from makegood.programmes import check_programme

    start = time.perf_counter()
    programme, findings = check_programme(PROGRAMME)
    seconds = time.perf_counter() - start
    assert programme is not None, findings
    return {"seconds": seconds}


def cut(population: str, lines: int, out: str) -> Report:
    """The first lines of a population of which everything is known, as one Parquet file."""
    from pyarrow import parquet

    from bench.peers.facts import complete_lines, first_lines

    whole = first_lines(sorted(Path(population).glob("part-*.parquet")), lines)
    known = complete_lines(whole)
    parquet.write_table(known, out, compression="zstd", row_group_size=122_880)
    return {"lines": known.num_rows, "left_out": whole.num_rows - known.num_rows}


def openfisca(facts: str, out: str, way: str) -> Report:
    """The same job in OpenFisca-Core."""
    from bench.peers import openfisca as peer

    return peer.job(Path(facts), Path(out), way)


def zen(facts: str, out: str, way: str) -> Report:
    """The same job in GoRules ZEN."""
    from bench.peers import zen as peer

    return peer.job(Path(facts), Path(out), way)


def cel(facts: str, out: str) -> Report:
    """The same job in cel-python."""
    from bench.peers import cel as peer

    return peer.job(Path(facts), Path(out))


def answers(ours: str, theirs: str) -> Report:
    """A peer's answers beside our decisions for the same lines."""
    import duckdb

    a, b = f"'{ours}/*.parquet'", f"'{theirs}'"
    with duckdb.connect() as connection:
        columns = [row[0] for row in connection.execute(f"DESCRIBE FROM {b}").fetchall()]
        unlike = [f'count(*) FILTER (a."{c}" IS DISTINCT FROM b."{c}")' for c in columns]
        joined = f"FROM {b} AS b LEFT JOIN {a} AS a USING (line_id)"
        counts = connection.execute(f"SELECT count(*), {', '.join(unlike)} {joined}").fetchall()[0]
    differences = {c: n for c, n in zip(columns, counts[1:], strict=True) if n}
    return {"lines": counts[0], "columns": len(columns), "differences": differences}


def one_line(facts: str, lines: int, rounds: int) -> Report:
    """Lines one by one, with explanation: makegood and ZEN with its trace."""
    from bench import one

    return one.microseconds(PROGRAMME, Path(facts), lines, rounds)


def _empty(out: str) -> Path:
    shutil.rmtree(out, ignore_errors=True)
    return Path(out)


TASKS: tuple[Callable[..., Report], ...] = (
    population,
    decide,
    handwritten,
    compare,
    diff,
    check,
    cut,
    openfisca,
    zen,
    cel,
    answers,
    one_line,
    *TRUST_TASKS,
    *BANK_TASKS,
    *SERVING_TASKS,
    *CLAIMS_TASKS,
    *RUNS_TASKS,
    *PAGES_TASKS,
)


if __name__ == "__main__":
    chosen = {task.__name__: task for task in TASKS}[sys.argv[1]]
    print(json.dumps(chosen(**json.loads(sys.argv[2]))))
