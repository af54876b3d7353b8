"""The monthly review finds what is unusual, names its entries, and is an entry itself."""

import re
import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, transaction

from makegood.kernel import MakegoodError
from makegood.trust.access import (
    Consent,
    Refused,
    Visitor,
    accesses_to,
    look_at,
    review_month,
    write_review,
)
from makegood.trust.audit import Record, append, integrate_all
from makegood.trust.policy import Role
from tests.trust.access.visitors import AFTERNOON, agent, at, entries

pytestmark = pytest.mark.usefixtures("database")
SEOUL = ZoneInfo("Asia/Seoul")
NOVEMBER = date(2026, 11, 1)
MORNING = datetime(2026, 11, 3, 10, 0, tzinfo=SEOUL)


def officer():
    return agent("sora", Role.PRIVACY_OFFICER)


def accessed(
    count=1,
    actor="staff:bora",
    kind="personal_data.looked_up",
    when=MORNING,
    person="C{}",
    case="CALL-1",
    network="office",
    purpose="claim_handling",
    **details,
):
    """So many entries of accesses, a minute apart."""
    with transaction.atomic():
        for number in range(count):
            with at(when + timedelta(minutes=number)):
                append(
                    Record(
                        kind,
                        actor,
                        person=person.format(number),
                        purpose=purpose,
                        case=case,
                        source="198.51.100.7",
                        details={"act": "look_up", "network": network, **details},
                    )
                )


def reviewed(**options):
    return review_month(officer(), NOVEMBER, SEOUL, **options)


def found(review, rule):
    return [one for one in review.findings if one.rule.name == rule]


def test_a_quiet_month_has_figures_and_nothing_unusual():
    accessed(5)
    accessed(2, actor="staff:jun", kind="personal_data.revealed", person="C1")
    review = reviewed()
    assert (review.total, review.persons, len(review.by_actor)) == (7, 5, 2)
    assert review.by_hour == {10: 7}
    assert review.findings == ()


def test_the_month_is_that_of_the_place_where_people_work():
    accessed(when=datetime(2026, 10, 31, 15, 0, tzinfo=UTC))  # already November in Seoul
    accessed(when=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    accessed(when=datetime(2026, 11, 30, 15, 0, tzinfo=UTC))
    with at(datetime(2026, 12, 5, tzinfo=UTC)):
        assert reviewed().total == 1


def test_who_looks_at_far_more_people_than_colleagues_do_is_found():
    for day in range(3):
        for actor in ("staff:a", "staff:b", "staff:c"):
            accessed(15, actor=actor, when=MORNING + timedelta(days=day))
    accessed(46, actor="staff:bora")
    (one,) = found(reviewed(), "many")
    assert (one.actor, one.about, one.count, one.limit) == ("staff:bora", "2026-11-03", 46, 45)
    assert len(one.entries) == 46


def test_who_works_alone_is_measured_by_a_number():
    accessed(150)
    assert found(reviewed(), "many") == []
    accessed(60, when=MORNING + timedelta(hours=4))
    (one,) = found(reviewed(), "many")
    assert (one.count, one.limit) == (210, 200)
    assert len(one.entries) == 100


def test_access_at_night_is_found_where_people_work_and_refusals_are_not_access():
    accessed(when=datetime(2026, 11, 3, 23, 30, tzinfo=SEOUL))
    accessed(when=datetime(2026, 11, 3, 5, 59, tzinfo=SEOUL))
    accessed(actor="staff:jun", when=datetime(2026, 11, 3, 6, 0, tzinfo=SEOUL))
    accessed(
        actor="staff:jun", kind="access.refused", when=datetime(2026, 11, 3, 3, 0, tzinfo=SEOUL)
    )
    (one,) = found(reviewed(), "night")
    assert (one.actor, one.count) == ("staff:bora", 2)


def test_access_without_a_case_again_and_again_is_found():
    accessed(9, case="")
    assert found(reviewed(), "without_case") == []
    accessed(1, case="", when=MORNING + timedelta(hours=1))
    (one,) = found(reviewed(), "without_case")
    assert one.count == 10


def test_the_same_person_again_and_again_is_found_over_the_whole_month():
    for day in range(10):
        accessed(person="C0001", when=MORNING + timedelta(days=day))
    (one,) = found(reviewed(), "same_person")
    assert (one.actor, one.about, one.count) == ("staff:bora", "C0001", 10)


def test_attempts_from_outside_and_many_refusals_are_found():
    accessed(5, kind="access.refused", network="outside")
    review = reviewed()
    assert [one.count for one in found(review, "outside")] == [5]
    assert [one.count for one in found(review, "refused")] == [5]
    assert review.refused == 5


def test_opening_a_colleagues_data_is_found_where_colleagues_are_known():
    accessed(kind="personal_data.revealed", person="C0007")
    accessed(kind="personal_data.looked_up", person="C0007")
    assert found(reviewed(), "colleague") == []
    (one,) = found(reviewed(colleagues=["C0007"]), "colleague")
    assert (one.actor, one.about, one.count) == ("staff:bora", "C0007", 1)


def test_every_download_is_told_with_its_reason():
    reason = "order of a court"
    accessed(3, kind="personal_data.downloaded", case="COURT-9", reason=reason)
    (one,) = found(reviewed(), "download")
    assert (one.about, one.count, one.reasons) == ("COURT-9", 3, (reason,))


def consented(when, person="C1", actor="staff:bora", evidence="REC-1"):
    given = {"purpose": "customer_request", "case": "", "evidence": evidence}
    accessed(kind="consent.given", person=person, actor=actor, when=when, **given)


def opened(when, person="C1", actor="staff:bora"):
    accessed(
        kind="personal_data.revealed",
        person=person,
        actor=actor,
        when=when,
        purpose="customer_request",
    )


def test_a_consent_recorded_by_who_opens_the_data_within_the_hour_is_found():
    consented(MORNING)
    opened(MORNING + timedelta(minutes=60))
    consented(MORNING, person="C2", evidence="REC-2")
    opened(MORNING + timedelta(minutes=2), person="C2")
    review = reviewed()
    (one,) = found(review, "own_consent")
    assert (one.actor, one.about, one.count, one.limit) == ("staff:bora", "2026-11", 2, 1)
    assert set(one.reasons) == {"REC-1", "REC-2"}, "to be compared with the recordings"
    revealed = {entry["entry_id"] for entry in entries("personal_data.revealed")}
    assert set(one.entries) == revealed
    assert (review.by_kind["consent.given"], review.total) == (2, 4)


def test_a_consent_by_a_code_that_the_customer_read_out_is_not():
    consented(MORNING, evidence=Consent.BY_CODE)
    opened(MORNING + timedelta(minutes=1))
    assert found(reviewed(), "own_consent") == []
    consented(MORNING, person="C2", evidence="REC-2")
    consented(MORNING + timedelta(minutes=1), person="C2", evidence=Consent.BY_CODE)
    opened(MORNING + timedelta(minutes=2), person="C2")
    (one,) = found(reviewed(), "own_consent")
    assert one.reasons == ("REC-2",), "a code beside it takes nothing from the review"


def test_a_consent_of_another_member_or_customer_or_of_long_ago_is_not():
    consented(MORNING, actor="staff:jun")
    consented(MORNING, person="C2")
    opened(MORNING + timedelta(minutes=1))
    opened(MORNING + timedelta(minutes=61), person="C2")
    assert found(reviewed(), "own_consent") == []


def test_a_consent_of_the_last_minute_of_a_month_counts_in_the_next():
    consented(datetime(2026, 10, 31, 23, 59, tzinfo=SEOUL))
    opened(datetime(2026, 11, 1, 0, 1, tzinfo=SEOUL))
    review = reviewed()
    assert [one.count for one in found(review, "own_consent")] == [1]
    assert review.total == 1


def test_consents_alone_are_no_access_to_data():
    for minutes in range(12):
        consented(datetime(2026, 11, 3, 23, 0, tzinfo=SEOUL) + timedelta(minutes=minutes))
    assert reviewed().findings == ()


@pytest.mark.parametrize("purpose", ["complaint", "claim_handling"])
def test_many_reveals_for_a_purpose_that_asks_for_no_consent_are_found(purpose):
    reveals = {"kind": "personal_data.revealed", "purpose": purpose}
    for actor in ("staff:a", "staff:b"):
        accessed(7, actor=actor, **reveals)
    accessed(22, **reveals)
    (one,) = found(reviewed(), "no_consent_asked")
    assert (one.actor, one.about, one.count, one.limit) == ("staff:bora", "2026-11-03", 22, 21)


def test_reveals_with_a_consent_are_not_among_them():
    accessed(70, kind="personal_data.revealed", purpose="customer_request")
    accessed(60, kind="personal_data.revealed", purpose="complaint", actor="staff:jun")
    assert found(reviewed(), "no_consent_asked") == []


def test_each_finding_names_entries_that_are_in_the_log():
    accessed(6, kind="access.refused")
    (one,) = found(reviewed(), "refused")
    known = {entry["entry_id"] for entry in entries("access.refused")}
    assert set(one.entries) == known


def test_a_finding_keeps_its_name_while_the_month_goes_on():
    accessed(5, kind="access.refused")
    (before,) = found(reviewed(), "refused")
    accessed(5, kind="access.refused", when=MORNING + timedelta(hours=3))
    (after,) = found(reviewed(), "refused")
    assert (before.finding_id, before.count, after.count) == (after.finding_id, 5, 10)


def test_a_review_is_an_entry_and_says_what_it_found():
    accessed(5, kind="access.refused")
    reviewed()
    (entry,) = entries("access.reviewed")
    assert entry["actor"] == "staff:sora"
    assert entry["purpose"] == "audit"
    details = entry["details"]
    assert (details["month"], details["findings"], details["not_looked_at"]) == ("2026-11", 1, 1)


def test_who_may_not_review_sees_nothing():
    with pytest.raises(Refused):
        review_month(agent(), NOVEMBER, SEOUL)
    assert [entry["details"]["act"] for entry in entries("access.refused")] == ["review_access"]


def test_the_console_may_review():
    assert review_month(Visitor.console("kim"), NOVEMBER, SEOUL).made_by == "console:kim"


def test_a_finding_is_looked_at_once_and_the_log_says_so():
    accessed(5, kind="access.refused")
    review = reviewed()
    (one,) = review.findings
    look_at(officer(), review, one.finding_id, "explained", "training of a new colleague")
    again = reviewed()
    assert again.not_looked_at == 0
    assert again.findings[0].mark.verdict == "explained"
    assert again.findings[0].mark.looked_at_by == "staff:sora"
    marked = [entry for entry in entries("access.reviewed") if "finding" in entry["details"]]
    assert [entry["details"]["verdict"] for entry in marked] == ["explained"]
    with pytest.raises(MakegoodError) as error:
        look_at(officer(), again, one.finding_id, "misuse", "no, not at all")
    assert error.value.findings[0].code == "MG777"


@pytest.mark.parametrize(
    ("finding", "verdict", "note", "code"),
    [
        ("2026-11-night-00000000", "expected", "fine", "MG777"),
        (None, "expected", "", "MG773"),
        (None, "expected", "she called 010-1234-5678", "MG773"),
        (None, "perhaps", "fine", "MG777"),
    ],
)
def test_a_mark_that_cannot_be_is_not_made(finding, verdict, note, code):
    accessed(5, kind="access.refused")
    review = reviewed()
    with pytest.raises(MakegoodError) as error:
        look_at(officer(), review, finding or review.findings[0].finding_id, verdict, note)
    assert error.value.findings[0].code == code
    assert reviewed().not_looked_at == 1


def test_two_reviewers_at_once_leave_one_mark():
    accessed(5, kind="access.refused")
    review = reviewed()
    finding, outcomes = review.findings[0].finding_id, []

    def work(verdict):
        try:
            look_at(officer(), review, finding, verdict, "as agreed")
            outcomes.append("made")
        except MakegoodError as error:
            outcomes.append(error.findings[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(word,)) for word in ("expected", "misuse")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["MG777", "made"]
    marked = [entry for entry in entries("access.reviewed") if "finding" in entry["details"]]
    assert len(marked) == 1


def test_a_mark_is_neither_changed_nor_removed_by_the_program(database):
    with database.program.connect() as program:
        for statement in (
            "DELETE FROM access_looked_at",
            "UPDATE access_looked_at SET verdict = 'expected'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                program.execute(statement)
            program.rollback()


def test_a_month_that_has_not_begun_is_not_reviewed():
    with pytest.raises(MakegoodError) as error:
        review_month(officer(), date(2026, 12, 1), SEOUL)
    assert error.value.findings[0].code == "MG778"


def test_the_review_says_since_when_the_log_is_kept():
    accessed(1, when=datetime(2024, 11, 20, 10, 0, tzinfo=SEOUL))
    accessed(1)
    integrate_all()
    state = reviewed().log
    assert state.oldest_at == datetime(2024, 11, 20, 1, 0, tzinfo=UTC)
    assert (state.entries, state.verified_at) == (2, None)
    with transaction.atomic():
        append(Record("log.verified", "console:kim"))
    assert reviewed().log.verified_at == AFTERNOON


def test_who_had_access_to_one_person_is_told_in_order_and_is_recorded():
    accessed(1, person="C0001", kind="personal_data.revealed", fields=["phone"])
    accessed(1, person="C0002")
    accessed(1, person="C0001", actor="staff:jun", when=MORNING + timedelta(days=3))
    found_ = accesses_to(officer(), "C0001", SEOUL, purpose="complaint", case="CALL-9")
    assert [(one.actor, one.kind, one.fields) for one in found_] == [
        ("staff:bora", "personal_data.revealed", ("phone",)),
        ("staff:jun", "personal_data.looked_up", ()),
    ]
    (entry,) = entries("log.read")
    assert entry["details"]["about"] == "customer:C0001"
    assert (entry["purpose"], entry["case"], entry["person"]) == ("complaint", "CALL-9", "")
    since = MORNING + timedelta(days=1)
    assert [one.actor for one in accesses_to(officer(), "C0001", SEOUL, since=since)] == [
        "staff:jun"
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_stands_alone_with_charts_and_findings(tmp_path, language):
    accessed(6, kind="access.refused", network="outside")
    accessed(2, kind="personal_data.downloaded", case="COURT-9", reason="<b>order</b> of a court")
    accessed(1, when=datetime(2026, 11, 3, 23, 30, tzinfo=SEOUL))
    review = reviewed()
    look_at(officer(), review, review.findings[0].finding_id, "misuse", "spoken with")
    page = tmp_path / "review.html"
    write_review(reviewed(), page, language=language)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert f'<html lang="{language}">' in text
    assert text.count("<svg") == 3
    assert "<script" not in text
    assert not re.search(r"(src|href)=", text)
    assert "&lt;b&gt;order" in text
    for one in review.findings:
        assert one.finding_id in text
    assert ("접속기록 점검" if language == "ko" else "Review of accesses") in text
    assert list(tmp_path.iterdir()) == [page]


def test_an_empty_month_has_a_page_too(tmp_path):
    write_review(reviewed(), tmp_path / "review.html", language="en")
    assert "Nothing was unusual" in (tmp_path / "review.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(MakegoodError) as error:
        write_review(reviewed(), tmp_path / "no" / "review.html", language="ko")
    assert error.value.findings[0].code == "MG779"
    with pytest.raises(MakegoodError):
        write_review(reviewed(), tmp_path / "review.html", language="fr")
    assert list(tmp_path.iterdir()) == []
