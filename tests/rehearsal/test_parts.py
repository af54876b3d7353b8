"""Parts of a rehearsal, each by itself: homes, clocks, oracles, chance, amendments."""

import ast
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.programmes import load_messages_beside, load_programme, load_text
from makegood.rehearsal.amending import amendment_of
from makegood.rehearsal.clock import VirtualClock
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.home import Home, rehearsal_home
from makegood.rehearsal.oracles import oracle_beside
from makegood.rehearsal.report import write_report
from makegood.rehearsal.story import Outcome, Story, kind_of_trouble
from makegood.rehearsal.world import holder_of
from tests.rehearsal.rehearsals import PROGRAMMES


def codes(failed: pytest.ExceptionInfo[MakegoodError]) -> list[str]:
    return [finding.code for finding in failed.value.findings]


def test_a_home_is_marked_and_takes_nothing_that_holds_something(tmp_path: Path):
    kept = tmp_path / "kept"
    with rehearsal_home(kept, {"seed": 1}) as home:
        assert home.expect_mark() == {"seed": 1}
    assert kept.exists()
    with pytest.raises(MakegoodError) as failed, rehearsal_home(kept, {"seed": 2}):
        pass
    assert codes(failed) == ["MG895"]
    with pytest.raises(MakegoodError) as failed:
        Home(tmp_path).expect_mark()
    assert codes(failed) == ["MG895"]


def test_a_home_that_nobody_named_is_removed():
    with rehearsal_home(None, {}) as home:
        (home.data / "something").touch()
        folder = home.folder
    assert not folder.exists()


def test_a_clock_is_moved_forward_only_and_others_read_it(tmp_path: Path):
    clock, other = VirtualClock(tmp_path / "clock"), VirtualClock(tmp_path / "clock")
    noon = datetime(2026, 1, 14, 12, tzinfo=UTC)
    clock.move_to(noon)
    assert clock.now() == other.now() == noon
    clock.move_to(datetime(2026, 1, 13, tzinfo=UTC))
    assert clock.now() == noon


def test_a_programme_without_an_oracle_is_told(tmp_path: Path):
    with pytest.raises(MakegoodError) as failed:
        oracle_beside(tmp_path / "programme.yaml", "mine")
    assert codes(failed) == ["MG896"]
    (tmp_path / "oracle.py").write_text("PROGRAMME = 'mine'\n", encoding="utf-8")
    with pytest.raises(MakegoodError) as failed:
        oracle_beside(tmp_path / "programme.yaml", "mine")
    assert "lacks BASE_DAYS" in str(failed.value)


def test_an_oracle_is_of_its_own_programme():
    with pytest.raises(MakegoodError) as failed:
        oracle_beside(PROGRAMMES / "kt-2025" / "programme.yaml", "kt-2021")
    assert "kt-2025" in str(failed.value)


@pytest.mark.parametrize("name", ["kt-2025", "skt-2025", "rogers-2022"])
def test_an_oracle_knows_nothing_of_the_program(name: str):
    text = (PROGRAMMES / name / "oracle.py").read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    assert modules == {"datetime"}
    assert not [node for node in nodes if isinstance(node, ast.Import)]
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"open", "exec", "eval", "__import__"}


@pytest.mark.parametrize("name", ["kt-2021", "kt-2025", "skt-2025", "rogers-2022"])
def test_an_amendment_passes_every_check_and_is_another_text(name: str):
    file = PROGRAMMES / name / "programme.yaml"
    programme = load_programme(file)
    made = amendment_of(programme, date(2026, 3, 16), better_amounts=True)
    amended = load_text(made.text)
    assert amended.sha256 != programme.sha256
    assert amended.facts == programme.facts
    load_messages_beside(file, amended)  # its messages still fit


def test_what_was_left_open_is_named():
    programme = load_programme(PROGRAMMES / "kt-2025" / "programme.yaml")
    made = amendment_of(programme, date(2026, 3, 16), better_amounts=True)
    amended = load_text(made.text)
    assert made.amounts
    choice = amended.measures["streaming_pass"].section.choice
    discount = amended.measures["membership"].section.discount
    assert choice
    assert len(choice.options) == 2
    # March is under way; February is over.
    assert discount
    assert len(discount.offers) == 5


def test_what_work_told_as_gone_wrong_is_counted_by_its_code():
    told = ["error MG872: nothing is planned\n      = register", "the database failed: Lost\nmore"]
    assert [kind_of_trouble(words) for words in told] == ["MG872", "the database failed: Lost"]


@pytest.mark.parametrize(("language", "caption"), [("en", "Troubles"), ("ko", "작업 중 알려진")])
def test_troubles_are_in_the_report_and_fail_nothing(tmp_path: Path, language: str, caption: str):
    programme = load_programme(PROGRAMMES / "kt-2025" / "programme.yaml")
    day = date(2026, 1, 14)
    outcome = Outcome(lines=10, seed=1, faults="some", story=Story(), began=day, ended=day)
    report = tmp_path / "report.html"
    write_report(outcome, programme, report, command="", language=language)
    assert caption not in report.read_text(encoding="utf-8")
    outcome.troubles = Counter({"MG816": 2, "MG872": 1_300})
    assert outcome.holds
    write_report(outcome, programme, report, command="", language=language)
    page = report.read_text(encoding="utf-8")
    assert caption in page
    first, then = page.index("MG872</th><td>1,300<"), page.index("MG816</th><td>2<")
    assert first < then


def test_chance_hangs_on_seed_and_name_alone():
    one, two = Draws(7, "cast"), Draws(7, "cast")
    assert [one.below(10, n) for n in range(50)] == [two.below(10, n) for n in range(50)]
    assert [one.below(10, n) for n in range(50)] != [
        Draws(8, "cast").below(10, n) for n in range(50)
    ]
    assert 150 < sum(one.chance(200, n) for n in range(1_000)) < 250


def test_some_customers_hold_two_lines():
    holders = [holder_of(index) for index in range(160)]
    assert len(set(holders)) == 150


def test_a_report_that_cannot_be_written_is_told_before_anything_is_played(tmp_path: Path):
    file = str(PROGRAMMES / "kt-2025" / "programme.yaml")
    for more, code in (
        (("--lang", "fr"), "MG616"),
        (("--report", str(tmp_path / "nowhere" / "report.html")), "MG509"),
        (("--report", str(tmp_path)), "MG509"),
    ):
        result = CliRunner().invoke(application, ["rehearse", file, "--lines", "10", *more])
        assert isinstance(result.exception, MakegoodError)
        assert [finding.code for finding in result.exception.findings] == [code]
