"""The report of KT's programme says what the manifest says, in words, by itself."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from makegood.decisions import Decisions, Disposition, decide
from makegood.decisions.report import write_report
from makegood.population import Snapshot, make_population
from makegood.programmes import Programme, load_programme, phrase
from tests.decisions.outage import CLOCK
from tests.decisions.report.pages import LOADING, Page, number
from tests.population.telco import ROOT

FOLDER = ROOT / "programmes" / "kt-2025"
KT = load_programme(FOLDER / "programme.yaml")
WAIVER = "penalty_waiver"
REFERENCES = sorted((ROOT / "programmes").glob("*/programme.yaml"))


@pytest.fixture(scope="module")
def population(tmp_path_factory) -> Snapshot:
    return make_population(
        KT.facts,
        programme=KT.identifier,
        programme_sha256=KT.sha256,
        shape=FOLDER / "synthetic.yaml",
        lines=30_000,
        seed=11,
        as_of=date(2026, 1, 13),
        out=tmp_path_factory.mktemp("report") / "population",
        clock=CLOCK,
    ).snapshot


@pytest.fixture(scope="module")
def decisions(population) -> Decisions:
    return decide(KT, population, [], population.folder / "../decisions", clock=CLOCK).decisions


@pytest.fixture(scope="module", params=["ko", "en"])
def language(request) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(decisions, population, language) -> Page:
    return page_of(decisions, KT, population, language)


def page_of(
    decisions: Decisions, programme: Programme, snapshot: Snapshot | None, language: str
) -> Page:
    out = decisions.folder / f"../{language}.html"
    write_report(decisions, programme, snapshot, out, language=language)
    return Page(out.read_text(encoding="utf-8"))


def say(language: str, key: str, **values: object) -> str:
    return phrase(language, f"report.{key}", **values)


def test_every_measure_has_its_section_and_its_row(page, decisions, language):
    overview = page.table(say(language, "overview"))
    sections = {value for tag, name, value in page.attributes if tag == "section" and name == "id"}
    for name, counts in decisions.measures.items():
        title = KT.measures[name].section.title[language]
        assert f"measure-{name}" in sections
        granted, excluded, undetermined, outside = map(number, overview.rows[title][:4])
        assert granted == counts.of(Disposition.GRANTED)
        assert excluded == counts.of(Disposition.EXCLUDED)
        assert undetermined == counts.of(Disposition.UNDETERMINED)
        assert outside == counts.of(Disposition.NOT_IN_SCOPE)


def test_every_reason_is_there_in_its_words_with_its_lines(page, decisions, language):
    for name, counts in decisions.measures.items():
        rows = page.table(say(language, "dispositions"), name).rows
        because = {e.name: e.because[language] for e in KT.measures[name].exclusions}
        for count in counts.counts:
            if count.reason:
                words = say(language, "excluded_because", because=because[count.reason])
            else:
                words = say(language, count.way.value if count.way else count.disposition.value)
            if count.lines or count.reason:
                assert number(rows[words][0]) == count.lines, f"{name}: {words}"
            if count.amount:
                assert number(rows[words][2]) == count.amount
        assert number(rows[say(language, "total")][0]) == decisions.rows


def test_missing_facts_are_named_by_their_labels(page, decisions, language):
    for name, counts in decisions.measures.items():
        for lack in counts.lacking:
            labels = ", ".join(KT.section.facts[fact].label[language] for fact in lack.facts)
            rows = page.table(say(language, "lacking"), name).rows
            assert number(rows[labels][0]) == lack.lines


def test_days_and_classes_of_amounts_sum_to_the_measure(page, decisions, language):
    counts = decisions.measures[WAIVER]
    label = KT.section.facts["terminated_on"].label[language]
    days = page.table(say(language, "by_day", fact=label), WAIVER).rows
    assert sum(number(row[0]) for row in days.values()) == counts.of(Disposition.GRANTED)
    assert sum(number(row[1]) for row in days.values()) == counts.amount
    classes = dict(page.table(say(language, "amounts_chart"), WAIVER).rows)
    total = classes.pop(say(language, "total"))
    assert number(total[1]) == counts.of(Disposition.GRANTED)
    assert sum(number(row[1]) for row in classes.values()) == counts.of(Disposition.GRANTED)
    assert sum(number(row[3]) for row in classes.values()) == counts.amount == number(total[3])


def test_the_page_loads_nothing_and_runs_nothing(page):
    assert "script" not in page.tags
    assert not {"link", "iframe", "object", "embed", "img", "image", "base"} & set(page.tags)
    loaded = {value for _, name, value in page.attributes if name in LOADING}
    assert loaded
    assert all(value.startswith("#measure-") for value in loaded)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not re.search(r"@import|url\(", page.text)
    addresses = set(re.findall(r"https?://[^\"'\s<]+", page.text))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_names_are_unique_and_links_lead_somewhere(page):
    names = [value for _, name, value in page.attributes if name == "id"]
    assert len(names) == len(set(names))
    for _, name, value in page.attributes:
        if name == "href":
            assert value.removeprefix("#") in names
        if name == "aria-labelledby":
            assert value in names


def test_headings_are_in_order_and_tables_are_read_aloud_well(page, language):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(words for _, words in page.headings)
    assert page.tags.count("table") == page.tags.count("caption")
    scopes = [value for tag, name, value in page.attributes if (tag, name) == ("th", "scope")]
    assert len(scopes) == page.tags.count("th")
    pictures = [
        value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")
    ]
    assert len(pictures) == page.tags.count("svg") > len(KT.measures)
    assert all(pictures)
    assert ("html", "lang", language) in page.attributes


def test_no_phrase_is_left_unfilled(page):
    text = re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL)
    assert not re.search(r"[{}]|Undefined|None\b", text)


def test_a_synthetic_population_is_called_so(page, language):
    assert say(language, "synthetic") in page.words


def test_the_same_again_is_the_same_page(decisions, population, tmp_path):
    first, second = tmp_path / "first.html", tmp_path / "second.html"
    for out in (first, second):
        write_report(decisions, KT, population, out, language="ko")
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size < 400_000
    assert {path.name for path in tmp_path.iterdir()} == {"first.html", "second.html"}


def test_without_the_population_the_page_says_that_it_has_no_days(decisions, language):
    page = page_of(decisions, KT, None, language)
    assert say(language, "days_absent") in page.words
    assert say(language, "days_data") not in page.words
    assert say(language, "synthetic") not in page.words


def test_what_was_told_of_progress_ends_at_its_end(decisions, population, tmp_path):
    told: list[tuple[str, int, int | None]] = []
    out = tmp_path / "report.html"
    write_report(decisions, KT, population, out, language="en", progress=lambda *a: told.append(a))
    last = {stage: (done, total) for stage, done, total in told}
    assert last == {"count": (2, 2), "draw": (len(KT.measures), len(KT.measures))}


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.parent.name)
def test_every_reference_programme_has_a_report_in_all_its_languages(tmp_path, path: Path):
    programme = load_programme(path)
    shape = path.with_name("synthetic.yaml")
    snapshot = make_population(
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        shape=shape if shape.is_file() else None,
        lines=2_000,
        seed=3,
        as_of=min((base.as_of for base in programme.bases.values()), default=date(2026, 1, 13)),
        out=tmp_path / "population",
        clock=CLOCK,
    ).snapshot
    made = decide(programme, snapshot, [], tmp_path / "decisions", clock=CLOCK).decisions
    for language in programme.languages:
        page = page_of(made, programme, snapshot, language)
        assert {s.title[language] for s in programme.section.measures.values()} <= set(page.words)
        assert not re.search(r"Undefined|None\b", " ".join(page.words))
