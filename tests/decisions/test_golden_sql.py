"""The compiled SQL of a small programme, for every engine; see tests/golden.py."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from makegood.decisions import BaseOrigin, BaseSource
from makegood.decisions.job import Job, source_sql
from makegood.decisions.select import decisions_sql
from makegood.decisions.trees import programme_trees
from makegood.population import Snapshot
from makegood.programmes import load_text
from makegood.rules import DIALECTS
from tests.decisions.outage import population
from tests.golden import assert_golden
from tests.programme_text import PROGRAMME

GOLDEN = Path(__file__).parent / "golden"
GIVEN = load_text(PROGRAMME)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("origin", [BaseOrigin.ITSELF, BaseOrigin.GIVEN, BaseOrigin.ABSENT])
def test_the_compiled_sql(tmp_path: Path, name: str, origin: BaseOrigin) -> None:
    snapshot: Snapshot = population(tmp_path / "base", GIVEN, [], date(2026, 3, 1))
    given = snapshot if origin is BaseOrigin.GIVEN else None
    sources = {each: BaseSource(base, origin, given) for each, base in GIVEN.bases.items()}
    job = Job(programme_trees(GIVEN, sources), snapshot, sources)
    dialect = DIALECTS[name]
    source = source_sql(job, "lines_given", {"customers": "base_given"}, dialect)
    text = decisions_sql(job.trees, dialect, source) + "\n"
    assert_golden(text, GOLDEN / f"{name}.{origin.name.lower()}.sql")


def test_nothing_golden_is_left_over() -> None:
    origins = ("itself", "given", "absent")
    wanted = {f"{name}.{origin}.sql" for name in DIALECTS for origin in origins}
    assert {path.name for path in GOLDEN.iterdir()} == wanted
