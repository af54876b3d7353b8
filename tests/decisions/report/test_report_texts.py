"""Reports of small programmes: hostile texts, no money, nobody granted, budgets, damage."""

import errno
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from makegood.decisions import Decisions
from makegood.decisions.report import write_report
from makegood.kernel import MakegoodError
from makegood.population import Snapshot
from makegood.programmes import Programme, phrase
from tests.decisions import outage
from tests.decisions.outage import decided, line, measure, programme
from tests.decisions.report.pages import Page, number

HOSTILE = '<script>alert("1")</script>&<b>'
BY_DAY = "    by_day: closed_on\n"


def made(
    folder: Path, given: Programme, lines: list[dict[str, object]]
) -> tuple[Decisions, Snapshot]:
    snapshot = outage.population(folder / "population", given, lines)
    return decided(folder / "decisions", given, snapshot).decisions, snapshot


def report(
    folder: Path, given: Programme, lines: list[dict[str, object]], language: str = "en"
) -> Page:
    decisions, snapshot = made(folder, given, lines)
    out = folder / "report.html"
    write_report(decisions, given, snapshot, out, language=language)
    return Page(out.read_text(encoding="utf-8"))


def say(key: str, **values: object) -> str:
    return phrase("en", f"report.{key}", **values)


def test_texts_of_the_programme_are_texts_wherever_they_stand(tmp_path):
    text = measure("credit", exclusions={"company": "company"}) + BY_DAY
    head = outage.HEAD.replace("Compensation for the outage", "X").replace("The operator", "X")
    for plain in ("The network was down.", "en: day of closing", "en: company"):
        assert plain in head
        head = head.replace(plain, "en: X" if plain.startswith("en:") else "X")
    for plain in ("the credit", "because of company", "It is given."):
        assert plain in text
        text = text.replace(plain, "X")
    text, head = (re.sub(r"\bX\b", f"'{HOSTILE}'", piece) for piece in (text, head))
    lines = [line(company=True), line(company=None), line(closed_on=date(2026, 3, 5))]
    page = report(tmp_path, programme(text, head=head), [*lines, line(deposit=1)])
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert page.words.count(HOSTILE) >= 4
    assert "<script>" not in page.text
    because = say("excluded_because", because=HOSTILE)
    assert number(page.table(say("dispositions")).rows[because][0]) == 1


def test_a_programme_without_money_speaks_of_none(tmp_path):
    page = report(tmp_path, programme(measure("more", amount=None) + BY_DAY), [line(), line()])
    for key in ("due", "with_money", "col_due", "amounts", "col_amount"):
        assert say(key) not in page.words
    assert page.table(say("overview")).rows == {"the more": ["2", "0", "0", "0"]}
    assert say("days_without", lines="2 lines") not in page.words
    assert say("days_none") in page.words


def test_where_nobody_is_granted_there_are_no_charts_of_amounts(tmp_path):
    page = report(tmp_path, programme(measure("credit", scope="company") + BY_DAY), [line()] * 3)
    assert say("amounts_none") in page.words
    assert say("days_none") in page.words
    assert say("no_reasons") not in page.words
    assert page.table(say("overview")).rows["the credit"] == ["0", "0", "0", "3", "0 won"]


def test_granted_lines_whose_amount_is_nothing_are_said_to_get_nothing(tmp_path):
    page = report(tmp_path, programme(measure("credit")), [line(deposit=0)] * 2)
    assert say("amounts_zero", lines="2 lines") in page.words
    assert say("mean") not in page.words


def test_mean_and_median_are_whole_and_of_lines_that_get_something(tmp_path):
    amounts = [0, 100, 100, 201]
    page = report(tmp_path, programme(measure("credit")), [line(deposit=a) for a in amounts])
    words = page.words
    for key, value in {"mean": "134 won", "median": "100 won", "greatest": "201 won"}.items():
        assert words[words.index(say(key)) + 1] == value
    rows = page.table(say("amounts_chart")).rows
    assert rows["0 won"] == ["", "1", "25%", "0 won"]
    assert rows["100 won"] == ["200 won", "2", "50%", "200 won"]
    assert rows["200 won"] == ["500 won", "1", "25%", "201 won"]


def test_amounts_that_are_all_the_same_need_no_chart(tmp_path):
    page = report(tmp_path, programme(measure("credit")), [line()] * 4)
    assert say("amounts_same", amount="5,000 won") in page.words
    assert say("median") not in page.words


def test_a_budget_is_set_beside_what_is_due(tmp_path):
    text = measure("credit") + "    budget: 12000\n"
    given = programme(text, measure("other"), head=outage.HEAD + "budget: 50000\n")
    page = report(tmp_path, given, [line()] * 3)
    rows = page.table(say("budget")).rows
    assert rows["the credit"] == ["12,000 won", "15,000 won", say("budget_over"), "-3,000 won"]
    assert rows[say("whole_programme")] == ["50,000 won", "30,000 won", "60%", "20,000 won"]
    assert page.table(say("overview")).rows[say("total")][-1] == "30,000 won"


def test_weeks_and_months_take_the_place_of_many_days(tmp_path):
    given = programme(measure("credit") + BY_DAY)
    first = date(2024, 2, 29)
    spans = {date(2024, 9, 15): "day", date(2026, 2, 28): "week", date(2030, 1, 1): "month"}
    for number_of, (last, step) in enumerate(spans.items()):
        lines = [line(closed_on=day) for day in (first, first, last, None)]
        page = report(tmp_path / str(number_of), given, lines)
        rows = page.table(say(f"by_{step}", fact="day of closing")).rows
        assert sum(number(row[0]) for row in rows.values()) == 3
        assert next(iter(rows.values()))[0] == "2"
        assert say("days_without", lines="1 line") in page.words


def test_a_programme_is_reported_only_in_its_languages(tmp_path):
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    with pytest.raises(MakegoodError, match=r"MG616.*does not speak 'fr'") as error:
        write_report(decisions, given, snapshot, tmp_path / "report.html", language="fr")
    assert error.value.findings[0].hint == "it speaks ko, en"
    assert not (tmp_path / "report.html").exists()


def test_what_does_not_belong_together_is_refused_and_the_old_page_stays(tmp_path):
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    other = outage.population(tmp_path / "other", given, [line(deposit=1)])
    out = tmp_path / "report.html"
    out.write_text("the old page")
    for wrong in ((programme(measure("credit"), measure("more")), snapshot), (given, other)):
        with pytest.raises(MakegoodError, match="MG610"):
            write_report(decisions, *wrong, out, language="en")
    decisions.part_paths()[0].unlink()
    with pytest.raises(MakegoodError, match="MG606"):
        write_report(decisions, given, snapshot, out, language="en")
    assert out.read_text() == "the old page"


def test_a_place_that_cannot_be_written_is_a_finding(tmp_path):
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    for out in (tmp_path / "absent" / "report.html", decisions.folder):
        with pytest.raises(MakegoodError, match="MG509"):
            write_report(decisions, given, snapshot, out, language="en")
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("failing", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.chmod"])
def test_a_full_disk_leaves_nothing_behind_and_the_old_page(tmp_path, monkeypatch, failing):
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    out = tmp_path / "report.html"
    out.write_text("the old page")
    before = sorted(path.name for path in tmp_path.iterdir())

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(failing, full)
    with pytest.raises(MakegoodError, match=r"MG509: cannot write 'report\.html': no space left"):
        write_report(decisions, given, snapshot, out, language="en")
    assert out.read_text() == "the old page"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_no_page_is_put_into_a_folder_that_never_changes(tmp_path):
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    (tmp_path / "link.html").symlink_to(decisions.part_paths()[0])
    whole = decisions.part_paths()[0].read_bytes()
    for out in (
        decisions.part_paths()[0],
        decisions.folder / "report.html",
        snapshot.folder / "report.html",
        tmp_path / "link.html",
    ):
        with pytest.raises(MakegoodError, match=r"MG605.*lies in"):
            write_report(decisions, given, snapshot, out, language="en")
    assert decisions.part_paths()[0].read_bytes() == whole
    assert not list(tmp_path.rglob("report.html"))


def test_a_page_through_a_link_and_into_a_pipe(tmp_path):
    """A link stays one, and what is no file is written to, never replaced."""
    given = programme(measure("credit"))
    decisions, snapshot = made(tmp_path, given, [line()])
    (tmp_path / "link.html").symlink_to(tmp_path / "page.html")
    write_report(decisions, given, snapshot, tmp_path / "link.html", language="en")
    assert (tmp_path / "link.html").is_symlink()
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as reader:
        told = reader.submit((tmp_path / "pipe").read_text, encoding="utf-8")
        write_report(decisions, given, snapshot, tmp_path / "pipe", language="en")
        assert told.result(timeout=30) == page
    assert (tmp_path / "pipe").is_fifo()
