"""How old facts may be by which runs are planned: a run waits for those that are near its day."""

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.redress.serving import registered
from makegood.runs import RunKind, RunRow, check_run, show_run, work
from makegood.runs.rows import runs
from tests.redress.outage_lines import console
from tests.runs.planning.gift import NAME, at, in_force, items, lines, on, planned
from tests.staff_people import installed


def of_february(settings: Settings) -> RunRow:
    return planned(settings, RunKind.GRANT, "data", "2026-02")


def of_march(settings: Settings) -> RunRow:
    return planned(settings, RunKind.GRANT, "data", "2026-03")


@pytest.fixture
def strict(settings: Settings, tmp_path) -> Settings:
    """An installation as it is set up without a word, with lines of 2026-01-13."""
    in_force(tmp_path)
    return settings.model_copy(update={"facts_days_max": _default()})


def _default() -> int:
    found: int = Settings.model_fields["facts_days_max"].default
    return found


def facts_of(run: RunRow) -> date:
    [known] = [each for each in registered(NAME) if each.content_sha256 == run.snapshot_sha256]
    return known.as_of


def refused(settings: Settings, plan) -> str:
    with pytest.raises(MakegoodError, match="MG872") as told:
        plan(settings)
    return told.value.findings[0].message


def test_without_a_setting_facts_of_five_weeks_are_the_oldest(strict: Settings):
    assert _default() == 35
    assert of_february(strict).items == 4
    assert "2026-01-13, 47 days away, and 35" in refused(strict, of_march)


@pytest.mark.parametrize(("days_max", "is_planned"), [(46, False), (47, True), (0, True)])
def test_the_limit_is_the_last_day_that_will_do(strict: Settings, days_max, is_planned):
    given = strict.model_copy(update={"facts_days_max": days_max})
    if is_planned:
        assert of_march(given).items == 4
    else:
        refused(given, of_march)


def test_what_waits_is_told_and_planned_once_newer_lines_are_known(strict: Settings, tmp_path):
    with on(at(3, 1, 0, 10)):
        done = work(strict, until_idle=True)
    assert any("MG872" in trouble for trouble in done.troubles)
    months = "WHERE kind = 'grant' ORDER BY period"
    assert [run.period for run in runs(months)] == ["2026-02"]
    lines(tmp_path, date(2026, 2, 28), L01={"status": "left"})
    with on(at(3, 1, 0, 20)):
        assert not work(strict, until_idle=True).troubles
    march = runs(months)[-1]
    assert (march.period, facts_of(march)) == ("2026-03", date(2026, 2, 28))
    assert "L01" not in items(strict, march)


def test_lines_that_are_late_serve_the_day_before_them_the_first_of_all(strict: Settings, tmp_path):
    lines(tmp_path, date(2026, 3, 9), L01={"status": "left"})
    lines(tmp_path, date(2026, 3, 5), L08={"status": "left"})
    run = of_march(strict)
    assert facts_of(run) == date(2026, 3, 5)
    assert set(items(strict, run)) == {"L01", "L06", "L07"}
    assert check_run(strict, run.run_id).state == "checked"


def test_lines_of_long_after_do_not_serve_either(strict: Settings, tmp_path):
    lines(tmp_path, date(2026, 11, 1), L01={"status": "left"})
    refused(strict, of_march)


def test_what_was_begun_is_ended_by_any_facts(strict: Settings):
    begun = planned(strict, RunKind.UPLIFT_START, "roaming", "start")
    assert planned(strict, RunKind.UPLIFT_END, "roaming", "end").items == begun.items > 0


def test_the_plan_names_what_waits_and_the_run_its_facts(database, monkeypatch, tmp_path):
    with installed(database, monkeypatch), on(at(3, 1, 14)):
        in_force(tmp_path)
        run = of_february(database.settings)
        assert show_run(console(), run.run_id).facts_day == date(2026, 1, 13)
    for name, value in database.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("MAKEGOOD_FACTS_DAYS_MAX", "35")
    told = _told("plan", NAME, "--until", "2026-03-31", "--quiet")
    assert {each["code"] for each in told["findings"]} == {"MG872"}
    # Three runs of the day are one thing to do.
    assert sum("2026-03-01" in each["message"] for each in told["findings"]) == 1
    assert "MG872" in _typed("plan", NAME, "--until", "2026-03-31", "--quiet")
    shown = _told("run", "show", str(run.run_id))
    wanted = {
        "programme_sha256": run.programme_sha256,
        "snapshot_sha256": run.snapshot_sha256,
        "facts_day": "2026-01-13",
        "decisions_sha256": run.decisions_sha256,
        "engine": run.engine,
    }
    assert {name: shown[name] for name in wanted} == wanted
    monkeypatch.setenv("COLUMNS", "200")
    text = _typed("run", "show", str(run.run_id))
    for words in (run.programme_sha256, run.snapshot_sha256, "as of 2026-01-13", run.engine):
        assert words in text


def _typed(*words: str) -> str:
    result = CliRunner().invoke(application, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def _told(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_typed(*words, "--json"))
    return found
