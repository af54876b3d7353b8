"""What operators see of top-ups: ``plan --top-ups``, and ``run show`` of one."""

import json

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.runs import RunKind
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.planning.gift import TEXT, at, in_force, on, planned
from tests.runs.planning.test_amended import close
from tests.staff_people import installed

AMENDED = changed("percent: 50", "percent: 60", changed("quantity: 100", "quantity: 120", TEXT))


@pytest.fixture
def amended(database, monkeypatch, tmp_path):
    """February is granted and the uplift has begun; then more of both is promised."""
    with installed(database, monkeypatch), on(at(2, 3, 14)):
        in_force(tmp_path)
        for kind, measure, period in (
            (RunKind.GRANT, "data", "2026-02"),
            (RunKind.UPLIFT_START, "roaming", "start"),
        ):
            close(database.settings, planned(database.settings, kind, measure, period))
        published(AMENDED)
        for name, value in database.environment.items():
            if name.startswith("MAKEGOOD_"):
                monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLUMNS", "240")
        yield


def types(*words: str) -> str:
    result = CliRunner().invoke(application, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_is_added_is_listed_started_and_seen(amended):
    told = json.loads(types("plan", "gift-2026", "--top-ups", "--json", "--quiet"))
    [found] = told["top_ups"]
    wanted = {
        "measure": "data",
        "month": "2026-02",
        "unit": "GB",
        "facts_day": "2026-01-13",
        "channel": "provisioning",
        "heads": 4,
        "amount": 0,
        "quantity": 80,
        "worse": 0,
        "unreckoned": 0,
        "unfinished": 0,
        "runs": [],
    }
    assert {key: found[key] for key in wanted} == wanted
    assert told["not_topped_up"] == [
        {"measure": "roaming", "keys": ["uplift.percent"], "is_gone": False}
    ]
    shown = types("plan", "gift-2026", "--top-ups", "--quiet", "--lang", "en")
    assert "80 GB" in shown
    assert "changed, not topped up: roaming: uplift.percent" in shown
    started = json.loads(types("plan", "gift-2026", "--start", "--json", "--quiet"))
    [after] = started["top_ups"]
    assert (after["heads"], after["unfinished"], len(after["runs"])) == (0, 1, 1)
    [run] = after["runs"]
    assert (run["state"], run["items"]) == ("planned", 4)
    seen = json.loads(types("run", "show", run["run"], "--json"))
    assert (seen["quantity"], seen["unit"], seen["month"]) == (80, "GB", "2026-02")
    assert "brings 80 GB in all, what was missing of 2026-02" in types("run", "show", run["run"])
    # Twice asked, once planned.
    again = json.loads(types("plan", "gift-2026", "--start", "--json", "--quiet"))
    assert again["top_ups"][0]["runs"] == after["runs"]
    assert amended is None
