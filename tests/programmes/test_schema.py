"""The JSON Schema of a programme file: fresh, true of every programme, and strict."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from makegood.programmes import json_schema, parse_document
from tests.programme_text import PROGRAMME, changed

PROGRAMMES = Path(__file__).parents[2] / "programmes"
VALIDATOR = Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(value: Any) -> Any:
    """What an editor sees: dates and times as they are written."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(text: str) -> list[str]:
    data = as_json(parse_document(text, "programme.yaml").data)
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_the_schema_in_the_repository_is_fresh():
    written = (PROGRAMMES / "programme.schema.json").read_text(encoding="utf-8")
    fresh = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert written == fresh, "write it anew: make schema"


def test_the_schema_is_one_and_names_no_host():
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:makegood:programme:1"


@pytest.mark.parametrize(
    "path", sorted(PROGRAMMES.glob("*/programme.yaml")), ids=lambda p: p.parent.name
)
def test_every_programme_fits(path):
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("time_zone: Asia/Seoul\n", ""),
        ("    max: 130", "    maximum: 130"),
        ("type: integer", "type: number"),
        ("  outage: 2026-03-01", "  outage: soon"),
        ("  outage: 2026-03-01", "  Outage: 2026-03-01"),
        ("to: 2026-03-31T18:00", "to: 2026-03-31"),
        ("minor_digits: 0", "minor_digits: 9"),
        ("through: [web]", "through: [post]"),
        ("title: {ko: 장애 보상, en: Compensation for the outage}", "title: Compensation"),
        ("    refund:\n", "    cover: {months: 1, against: [{ko: 가, en: a}]}\n    refund:\n"),
    ],
)
def test_what_does_not_fit_is_refused(old, new):
    assert complaints(PROGRAMME) == []
    assert complaints(changed(old, new))
