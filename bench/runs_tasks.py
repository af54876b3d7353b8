"""The tasks of the section about runs: a month's grant, from its decisions to its closing."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.serving_tasks import _console, _programme, _publish
from bench.trust_tasks import installation

Report = dict[str, Any]
GRANT_DAY = datetime(2026, 2, 1, 1, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def grant_run(home: str, population: str) -> Report:
    """A grant carried out through the file exchange, beside DuckDB with the same files.

    ``seconds`` are planning, releasing, sending, taking in and closing; the partner's own time and
    the second engine's are not in them. The floor is DuckDB writing the item files' very rows from
    a table in memory as CSV, and reading the partner's answer files.
    """
    from makegood.kernel import FixedClock
    from makegood.trust import clock

    with installation(home), clock.use(FixedClock(GRANT_DAY)):
        return _grant_run(Path(home), Path(population))


def _grant_run(home: Path, population: Path) -> Report:
    from makegood import runs
    from makegood.channels import ChannelName
    from makegood.channels.exchange import PartnerFolders
    from makegood.channels.exchange.fake import FakePartner
    from makegood.configuration import Settings
    from makegood.redress.serving import register
    from makegood.runs.rows import run_of

    settings = Settings.load()
    _publish()
    programme = _programme()
    register(_console(), population, programme.identifier)
    runs.newest_decisions(settings, programme)
    entry = next(
        each
        for each in runs.due(programme, GRANT_DAY)
        if each.kind is runs.RunKind.GRANT and each.measure == "data"
    )
    spent: dict[str, float] = {}
    planned = _timed(
        spent, "plan", lambda: runs.plan_run(settings, programme.identifier, entry, "system:worker")
    )
    _timed(spent, "check", lambda: runs.check_run(settings, planned.run_id))
    _timed(spent, "release", lambda: runs.release_ready(settings))
    _timed(spent, "send", lambda: runs.send_due(settings, runs.worker_name()))
    folders = PartnerFolders.of(settings, str(ChannelName.PROVISIONING))
    sent = _copied(folders.out, home / "sent")
    FakePartner(folders, home / "partner").step(GRANT_DAY)
    answers = _copied(folders.incoming, home / "answers")
    _timed(spent, "take_in", lambda: runs.take_in(settings))
    _timed(spent, "close", runs.close_finished)
    closed = run_of(planned.run_id)
    assert closed.state is runs.RunState.CLOSED, (closed.state, closed.finding)
    assert closed.done == closed.items
    check = spent.pop("check")
    return {
        "items": closed.items,
        "bytes": sum(Path(path).stat().st_size for path in (*sent, *answers)),
        "seconds": sum(spent.values()),
        "check_seconds": check,
        "steps": spent,
        "floor_seconds": _floor([str(path) for path in sent], [str(path) for path in answers]),
    }


def _copied(folder: Path, to: Path) -> list[Path]:
    """The files as they were given, for the floor: what is sent and taken in is moved away."""
    to.mkdir()
    return [Path(shutil.copy(path, to)) for path in sorted(folder.glob("*.csv"))]


def _timed(spent: dict[str, float], name: str, step: Any) -> Any:  # noqa: ANN401
    start = time.perf_counter()
    result = step()
    spent[name] = time.perf_counter() - start
    return result


def _floor(sent: list[str], answers: list[str]) -> float:
    """Seconds that DuckDB needs to write the same rows as CSV, and to read the answers."""
    import duckdb

    again = Path(sent[0]).parent / "again.csv"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE item AS SELECT * FROM read_csv(?)", [sent])
        start = time.perf_counter()
        connection.execute(f"COPY item TO '{again}' (HEADER)")
        connection.execute("CREATE TABLE said AS SELECT * FROM read_csv(?)", [answers])
        seconds = time.perf_counter() - start
    with Path(sent[0]).open("rb") as file:
        header = len(file.readline())
    written = sum(Path(path).stat().st_size for path in sent) - header * (len(sent) - 1)
    assert again.stat().st_size == written, "not the same bytes"
    return seconds


RUNS_TASKS = (grant_run,)
