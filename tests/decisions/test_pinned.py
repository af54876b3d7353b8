"""Decisions name the hash of the snapshot that they were made from: of what was read, that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.population import open_snapshot
from tests.decisions.outage import decided, line, measure, population, programme


def test_a_snapshot_that_was_changed_is_not_decided_on(tmp_path: Path) -> None:
    given = programme(measure("credit", scope="opened_on < outage"))
    snapshot = population(tmp_path / "population", given, [line(), line()])
    part = snapshot.part_paths()[0]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.raises(MakegoodError, match="was changed after it was written") as error:
        decided(tmp_path / "decisions", given, open_snapshot(tmp_path / "population"))
    assert error.value.findings[0].code == "MG505"
    assert not (tmp_path / "decisions").exists()
