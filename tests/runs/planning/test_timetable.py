"""The whole calendar: what happens besides the runs, in order, for how many, what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from makegood.cli.application import application
from makegood.programmes import load_text
from makegood.redress.serving import register
from makegood.runs import CalendarEntry, Stage, draft_timetable, newest_decisions, timetable
from makegood.runs.planning.dates import undated
from tests.programme_text import changed
from tests.programmes.deciding import programme_of
from tests.redress.outage_lines import TEXT, console, line, published, snapshot
from tests.runs.planning.gift import at, on
from tests.staff_people import installed

LINES = {"A1": line(), "A2": line(), "A3": line(holder_age=10), "B1": line(status="closed")}


def told(entries: list[CalendarEntry]) -> list[tuple[str, str, str]]:
    return [(f"{each.at:%Y-%m-%d %H:%M %Z}", each.kind, each.measure) for each in entries]


def test_the_reference_programme_names_every_window_beside_its_runs():
    found = told(draft_timetable(programme_of("kt-2025"), None))
    assert found[0] == ("2025-12-31 00:00 KST", "look_up_opens", "")
    assert found[1] == ("2025-12-31 10:00 KST", "notice", "penalty_waiver")
    assert ("2026-01-14 09:00 KST", "claim_opens", "penalty_waiver") in found
    closing = found.index(("2026-01-31 22:00 KST", "claim_closes", "penalty_waiver"))
    assert found[closing + 1] == ("2026-01-31 22:00 KST", "late_opens", "penalty_waiver")
    coupons = [when[:10] for when, kind, _ in found if kind == "offers_open"]
    assert coupons == [f"2026-0{month}-01" for month in range(2, 8)]
    assert found[-1] == ("2026-09-01 00:00 KST", "closes", "")
    assert undated(programme_of("kt-2025")) == ["streaming_pass"]


def test_the_closing_says_what_goes_on_after_it():
    kt = draft_timetable(programme_of("kt-2025"), None)[-1].words
    assert "위약금 면제 늦은 신청, 안전·안심 보험 신청" in kt["ko"]
    assert "applications for Safety and peace-of-mind cover" in kt["en"]
    rogers = draft_timetable(programme_of("rogers-2022"), None)[-1].words
    assert rogers["en"] == "The programme closes: nothing is due after this day."
    # Coupons of the last slot are handed out to its end, nine days after it opens.
    skt = draft_timetable(programme_of("skt-2025"), None)[-1]
    assert f"{skt.at:%Y-%m-%d}" == "2025-12-30"


def test_whole_days_come_before_times_of_day_and_what_ends_with_the_day_last():
    text = changed("use_by: 2026-03-31, pool", "use_by: 2026-03-20, pool", TEXT)
    found = draft_timetable(load_text(text), None)
    day = [(each.kind, each.is_whole_day) for each in found if f"{each.at:%m-%d}" == "03-20"]
    assert day == [("reminder", False), ("choice_closes", False), ("offer_ends", True)]


def test_a_notice_that_only_stands_on_the_page_is_no_run():
    found = draft_timetable(load_text(changed("by: [sms]", "by: [page]", TEXT)), None)
    [notice] = [each for each in found if each.kind == "notice"]
    assert (notice.due, notice.words["en"]) == (None, "You may apply.")
    [sent] = [each for each in draft_timetable(load_text(TEXT), None) if each.kind == "notice"]
    assert sent.due


@pytest.mark.usefixtures("database")
def test_windows_say_how_many_may_come_and_how_much_it_would_be(database, tmp_path, monkeypatch):
    with installed(database, monkeypatch), on(at(3, 1)):
        published(TEXT)
        register(console(), snapshot(tmp_path / "lines", LINES, text=TEXT), "outage-2026")
        programme = load_text(TEXT)
        settings = database.settings
        decisions = newest_decisions(settings, programme, None).decisions
        found = {
            (each.kind, each.measure): each for each in timetable(settings, programme, decisions)
        }
    opens = found["claim_opens", "credit"]
    money = decisions.measures["credit"]
    assert (opens.heads, opens.at_most, opens.stage) == (2, True, Stage.TO_COME)
    assert opens.amount == sum(each.amount or 0 for each in money.counts if each.way)
    assert (found["choice_opens", "pass"].heads, found["choice_opens", "pass"].amount) == (3, 0)
    assert found["offer_opens", "coupons"].heads == 3
    closes = found["claim_closes", "credit"]
    assert (closes.heads, closes.is_counted) == (None, False)


@pytest.mark.usefixtures("database")
def test_a_reminder_that_will_never_be_sent_is_not_due_but_says_why(database, monkeypatch):
    programme = load_text(TEXT)

    def reminder() -> CalendarEntry:
        found = timetable(database.settings, programme, None)
        return next(each for each in found if each.kind == "reminder")

    with installed(database, monkeypatch):
        with on(at(3, 1)):
            published(TEXT)
            assert reminder().stage is Stage.TO_COME
        with on(at(3, 20, 11)):
            assert reminder().stage is Stage.NOT_PLANNED
        with on(at(3, 31, 18)):
            skipped = reminder()
    assert (skipped.stage, skipped.is_counted) == (Stage.SKIPPED_CLOSED, False)
    assert "신청이 마감" in Stage.SKIPPED_CLOSED.text("ko")


@pytest.mark.usefixtures("database")
def test_messages_from_before_the_programme_was_published_were_skipped(database, monkeypatch):
    programme = load_text(TEXT)
    with installed(database, monkeypatch), on(at(3, 20, 10) + timedelta(days=3, minutes=1)):
        published(TEXT)
        stages = {each.kind: each.stage for each in timetable(database.settings, programme, None)}
    assert stages["notice"] is stages["reminder"] is Stage.SKIPPED_LATE
    assert (stages["claim_opens"], stages["claim_closes"]) == (Stage.OVER, Stage.TO_COME)
    assert "3 days" in Stage.SKIPPED_LATE.text("en")


@pytest.mark.parametrize(
    ("name", "line"),
    [("rogers-2022", "2022-08-01 09:00 EDT"), ("kt-2025", "2026-01-31 22:00 KST")],
)
def test_the_table_names_the_zone_of_every_time(name, line, monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    words = ["plan", f"programmes/{name}/programme.yaml", "--lang", "en"]
    said = CliRunner().invoke(application, words)
    assert said.exit_code == 0
    assert line in said.output
    assert ("no day is named yet for: streaming_pass" in said.output) == (name == "kt-2025")
