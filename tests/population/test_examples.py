"""The programmes and examples of the repository bring their populations along."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.population import check_snapshot
from makegood.programmes import load_programme
from tests.population import kt_facts, telco
from tests.population.making import SHAPE, bring_in, make
from tests.population.telco import ROOT

_PROGRAMMES = sorted((ROOT / "programmes").glob("*/programme.yaml"))


def test_the_reference_programme_has_a_shape(tmp_path: Path) -> None:
    facts = load_programme(SHAPE.with_name("programme.yaml")).facts
    assert list(facts) == list(kt_facts.FACTS)
    snapshot = make(facts, tmp_path / "s", shape=SHAPE).snapshot
    assert check_snapshot(snapshot) == []


@pytest.mark.parametrize("path", _PROGRAMMES, ids=lambda path: path.parent.name)
def test_any_programme_has_a_population(tmp_path: Path, path: Path) -> None:
    snapshot = make(load_programme(path).facts, tmp_path / "s").snapshot
    assert check_snapshot(snapshot) == []


def test_the_example_maps_the_real_extract(tmp_path: Path) -> None:
    facts = load_programme(telco.MAPPING.with_name("programme.yaml")).facts
    outcome = bring_in(telco.data(), telco.MAPPING, facts, tmp_path / "s")
    assert (outcome.snapshot.rows, outcome.snapshot.rejected) == (7_043, 0)
