"""Parts of a rehearsal, each by itself: homes, clocks, oracles, chance, amendments."""

import ast
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.kernel import MakegoodError
from makegood.programmes import load_messages_beside, load_programme, load_text
from makegood.rehearsal.amending import amendment_of
from makegood.rehearsal.clock import VirtualClock
from makegood.rehearsal.correcting import Correction
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.home import Home, rehearsal_home
from makegood.rehearsal.levels import LEVELS, Faults
from makegood.rehearsal.mishaps import Mishaps
from makegood.rehearsal.oracles import oracle_beside
from makegood.rehearsal.report import write_report
from makegood.rehearsal.story import Outcome, Story, kind_of_trouble
from makegood.rehearsal.workers import BROKEN, LOST, Done, Hit, workers
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


@pytest.mark.parametrize("name", ["kt-2021", "kt-2025", "skt-2025", "rogers-2022"])
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


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("objections upheld", "of 48 planned")), ("ko", ("이의 인정", "계획 48건"))],
)
def test_acts_and_what_was_planned_are_in_the_report(
    tmp_path: Path, language: str, said: tuple[str, str]
):
    programme = load_programme(PROGRAMMES / "kt-2025" / "programme.yaml")
    day = date(2026, 1, 14)
    outcome = Outcome(lines=10, seed=1, faults="many", story=Story(), began=day, ended=day)
    outcome.story.planned.update(kills=48, restarts=4)
    outcome.story.survived.update(kills=47)
    outcome.acts = Counter(upheld=2, cancelled=1)
    outcome.deviations = {"penalty_waiver": (7, 3)}
    report = tmp_path / "report.html"
    write_report(outcome, programme, report, command="", language=language)
    page = report.read_text(encoding="utf-8")
    for words in said:
        assert words in page
    assert "<td>7</td><td>3</td>" in page


def test_as_many_kills_and_crashes_as_planned_befall_however_many_miss():
    """Each stretch has a worker too few to be hit; the last stretches make up for it."""
    level, at = LEVELS[Faults.MANY], datetime(2026, 1, 14, 9, 2)  # noqa: DTZ001
    mishaps = Mishaps.of(level, Draws(7, "mishaps"), 30)
    fell: Counter[Hit] = Counter()
    befallen = 0
    for number in range(30):
        mishap = mishaps.next(at + timedelta(days=number), is_stretch=True)
        if mishap is None:
            continue
        befallen += 1
        hits = mishap.hits if mishap.insist else mishap.hits[1:]
        fell.update(hits)
        mishaps.happened(Done(hits=Counter(hits)))
    assert (fell[Hit.KILL], fell[Hit.CRASH]) == (level.kills, level.restarts)
    assert befallen > 10
    assert mishaps.next(at, is_stretch=False) is None


_QUICK = """
import os, select, sys, time
os.write(1, b"ready\\n")
children = set()
while True:
    if select.select([sys.stdin], [], [], 0.005)[0]:
        if not os.read(0, 1):
            break
        if not (child := os.fork()):
            time.sleep(0.02)
            os._exit(0)
        children.add(child)
        os.write(1, f"began {child}\\n".encode())
    for child in list(children):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            children.discard(child)
            os.write(1, f"ended {child} {os.waitstatus_to_exitcode(status)}\\n".encode())
"""
"""Workers that have nothing to do but look whether there is anything."""


def test_who_has_nothing_to_do_is_missed_unless_it_is_insisted_on(tmp_path: Path):
    home, struck = Home(tmp_path), Counter[Hit]()
    home.logs.mkdir()
    strike = {Hit.CRASH: lambda: struck.update([Hit.CRASH])}
    hits = [Hit.KILL, Hit.CRASH, *[Hit.KILL] * 6]
    with workers(home, [sys.executable, "-c", _QUICK]) as players:
        some = players.at_once(3, hits, Random(7), strike)
        assert some.hits.total() + some.missed >= 3
        all_of_them = players.at_once(3, hits, Random(8), strike, insist=True)
    assert all_of_them.hits == Counter({Hit.KILL: 7, Hit.CRASH: 1})
    assert struck[Hit.CRASH] == some.hits[Hit.CRASH] + 1
    # From here on they are hit sooner.
    assert players.slowest < 0.1


def test_a_worker_that_comes_upon_a_mistake_is_told_and_none_takes_its_place(tmp_path: Path):
    """Who loses the database has another take its place, and is at no fault."""
    home = Home(tmp_path)
    home.logs.mkdir()
    ends = f"children, ends = set(), [{LOST}, {LOST}, {BROKEN}, {BROKEN}]"
    script = (
        _QUICK.replace("children = set()", ends)
        .replace("os._exit(0)", "os._exit(ends[0])")
        .replace("children.add(child)", "children.add(child); ends.pop(0)")
    )
    with workers(home, [sys.executable, "-c", script]) as players:
        done = players.at_once(2, [], Random(7), {})
    assert (done.started, done.broken) == (4, [BROKEN, BROKEN])


def test_facts_that_are_put_right_are_less_of_those_lines_alone():
    lines = pa.table({"line_id": ["L1", "L2", "L3"], "fee": [1_000, 1_000, None]})
    correction = Correction(date(2026, 1, 13), frozenset({"L2", "L3"}), ("fee",))
    assert correction.applied(lines)["fee"].to_pylist() == [1_000, 750, None]


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
