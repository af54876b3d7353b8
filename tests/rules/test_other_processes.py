"""Trees go to other processes and are there what they were here."""

import pickle
from pathlib import Path

import pytest

from makegood.programmes import load_programme
from makegood.rules.functions import FUNCTIONS

PROGRAMMES = Path(__file__).parents[2] / "programmes"


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_goes_by_its_name(function):
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    "name", sorted(path.parent.name for path in PROGRAMMES.glob("*/programme.yaml"))
)
def test_a_programme_goes_whole(name):
    programme = load_programme(PROGRAMMES / name / "programme.yaml")
    there = pickle.loads(pickle.dumps(programme))  # noqa: S301 - our own bytes
    assert there.bases == programme.bases
    assert [m.scope for m in there.measures.values()] == [
        m.scope for m in programme.measures.values()
    ]
    assert [m.amount for m in there.measures.values()] == [
        m.amount for m in programme.measures.values()
    ]
