"""docs/population.md says all that a file may hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from makegood.population.importing import mapping
from makegood.population.importing.reasons import Reason
from makegood.population.synthetic import shape
from makegood.population.synthetic.attributes import ATTRIBUTES
from makegood.population.synthetic.mixes import MIXES
from tests.population.making import small_snapshot
from tests.population.telco import ROOT

_TEXT = (ROOT / "docs" / "population.md").read_text(encoding="utf-8")
_MODELS = (
    mapping.MappingFile,
    mapping.Source,
    mapping.FactMapping,
    mapping.Arm,
    shape.Shape,
    shape.Band,
    shape.Departure,
    shape.Contracted,
    shape.FactShape,
)
_KEYS = {field.alias or name for model in _MODELS for name, field in model.model_fields.items()}


@pytest.mark.parametrize("word", sorted(_KEYS | ATTRIBUTES.keys() | MIXES.keys()))
def test_every_key_is_described(word: str) -> None:
    assert f"`{word}`" in _TEXT


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_described(reason: Reason) -> None:
    assert reason.code in _TEXT


def test_every_key_of_a_manifest_is_described(tmp_path: Path) -> None:
    small_snapshot(tmp_path / "s")
    data = json.loads((tmp_path / "s" / "manifest.json").read_text())
    for key in (*data, *data["columns"][0], *data["columns"][0]["observed"], *data["parts"][0]):
        assert f"`{key}`" in _TEXT, key


def test_every_model_is_looked_at() -> None:
    for module in (mapping, shape):
        for value in vars(module).values():
            own = isinstance(value, type) and value.__module__ == module.__name__
            if own and issubclass(value, BaseModel) and value.model_fields:
                assert value in _MODELS or value is mapping.Reading
