"""What the commands of the service answer in JSON has the keys of their sections, and no others."""

import json
import re

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from tests.docs.test_commands import section
from tests.docs.test_json import PROGRAMME, on_page

COMMANDS = (
    "doctor",
    "settings",
    "contacts make",
    "contacts load",
    "keys show",
    "audit checkpoint",
    "audit verify",
    "audit key",
    "policy check",
    "policy table",
    "policy explain",
    "programme propose",
    "programme list",
    "staff add",
    "events status",
    "message list",
)
MORE = {
    "contacts make": ["--people", "20", "--seed", "1", "--out", "contacts.csv"],
    "contacts load": ["contacts.csv"],
    "policy explain": ["--role", "shop_agent", "--act", "reveal"],
    "message list": [str(PROGRAMME)],
    "programme propose": [str(PROGRAMME), "--reason", "as announced"],
    "staff add": ["bora", "--role", "auditor"],
}


@pytest.fixture
def answer(database, tmp_path, monkeypatch):
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def answered(title: str) -> object:
        words = [*title.split(), *MORE.get(title, []), "--json"]
        result = CliRunner().invoke(application, words)
        assert result.stdout, result.exception
        return json.loads(result.stdout)

    return answered


def test_a_command_answers_with_the_keys_of_its_section(answer):
    told = {title: top_level(answer(title)) for title in COMMANDS}
    assert told == {title: documented(title) for title in COMMANDS}


def top_level(value: object) -> set[str]:
    """The keys of an object, or of the objects of a list."""
    if isinstance(value, list):
        return {key for item in value for key in top_level(item)}
    assert isinstance(value, dict)
    return set(value)


def documented(title: str) -> set[str]:
    return {re.split(r"[.\[]", key)[0] for key in on_page(section(title))}
