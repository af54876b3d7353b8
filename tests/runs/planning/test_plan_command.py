"""``makegood plan``: from a file alone, with heads of a population, and for what is in force."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.runs import RunKind, due
from tests.programmes.deciding import programme_of
from tests.redress.outage_lines import snapshot
from tests.runs.planning.gift import FROZEN, LINES, TEXT, at, in_force, on, planned
from tests.staff_people import installed


def asked(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(application, ["plan", *arguments, "--json", "--quiet"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def runs(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries of a calendar that are runs."""
    return [each for each in found["calendar"] if each["is_run"]]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "programme.yaml"
    path.write_text(TEXT)
    return path


def test_a_file_alone_says_what_is_due_and_needs_no_store(file, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    found = asked(str(file), "--until", "2026-02-28")
    told = [(each["at"], each["kind"], each["heads"]) for each in runs(found)]
    assert told == [
        ("2026-01-14T00:05:00+09:00", "uplift_start", None),
        ("2026-02-01T00:05:00+09:00", "cover", None),
        ("2026-02-01T00:05:00+09:00", "grant", None),
    ]


def test_a_population_gives_heads_and_money(file, tmp_path):
    folder = snapshot(tmp_path / "lines", LINES, FROZEN, TEXT)
    found = asked(str(file), "--population", str(folder), "--from", "2026-03-01")
    bill = next(each for each in runs(found) if each["kind"] == "bill")
    assert (bill["heads"], bill["amount"], bill["needs_release"]) == (7, 140_000, True)
    grant = next(each for each in runs(found) if each["kind"] == "grant")
    assert (grant["heads"], grant["amount"], grant["needs_release"]) == (4, 0, False)


def test_what_is_in_force_says_which_runs_stand(database, monkeypatch, tmp_path):
    with installed(database, monkeypatch), on(at(2, 1, 14)):
        in_force(tmp_path)
        run = planned(database.settings, RunKind.GRANT, "data", "2026-02")
    for name, value in database.environment.items():
        if name.startswith("MAKEGOOD_"):
            monkeypatch.setenv(name, value)
    found = asked("gift-2026", "--until", "2026-02-28")
    grant = next(each for each in runs(found) if each["kind"] == "grant")
    assert (grant["run"], grant["state"], grant["heads"]) == (str(run.run_id), "planned", 4)


def test_without_a_last_day_the_plan_goes_to_the_last_run(file):
    reference = runs(asked("programmes/kt-2025/programme.yaml"))
    assert [(each["at"], each["kind"]) for each in reference[-2:]] == [
        ("2026-09-01T00:05:00+09:00", "cover"),
        ("2026-09-01T00:05:00+09:00", "uplift_end"),
    ]
    # Enrolments that never close end where the rest does; what was begun is ended the day after.
    kinds = [each["kind"] for each in runs(asked(str(file)))]
    assert kinds.count("uplift_end") == 1
    assert "cover" in kinds


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("kt-2021", ["bill", "bill"]),
        ("rogers-2022", ["bill"]),
        ("skt-2025", ["grant", "grant", "bill", "grant", "grant", "grant"]),
    ],
)
def test_other_programmes_plan_with_the_same_code(name, kinds):
    assert [each.kind.value for each in due(programme_of(name), at(12, 31))] == kinds


def test_the_reference_programme_from_the_first_notice_to_the_last_grant():
    found = due(programme_of("kt-2025"), at(9, 30))
    counts = {kind: sum(each.kind is kind for each in found) for kind in RunKind}
    assert {kind.value: count for kind, count in counts.items() if count} == {
        "notice": 1,
        "reminder": 3,
        "pay_out": 3,
        "grant": 6,
        "uplift_start": 1,
        "uplift_end": 1,
        "cover": 8,
    }


def test_options_that_do_not_go_together_are_wrong_use(file):
    result = CliRunner().invoke(application, ["plan", str(file), "--top-ups"])
    assert "MG869" in str(result.exception)
