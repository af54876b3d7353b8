"""The dated entries that a programme implies."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from makegood.programmes import ActionKind, calendar, check_text, load_text
from tests.programme_text import PROGRAMME, changed
from tests.programmes.deciding import FILES, programme_of

WITH_CHOICE = changed(
    "notices:\n",
    """\
  pass:
    title: {ko: 이용권, en: Pass}
    promise: {ko: 하나를 드립니다., en: One of two.}
    base: customers
    choice:
      options: {music: {title: {ko: 음악, en: Music}, pool: music_codes}}
      months: 6
notices:
""",
)


def dated(name: str, measure: str | None = None) -> list[str]:
    """``2026-02-01 grant`` in order; of one measure, or of all."""
    actions = calendar(programme_of(name))
    return [f"{a.day} {a.kind}" for a in actions if measure in (None, a.measure)]


def test_the_waiver_of_the_reference_programme() -> None:
    assert dated("kt-2025", "penalty_waiver") == [
        "2025-12-31 notice",
        "2026-01-14 claim_opens",
        "2026-01-19 reminder",
        "2026-01-22 pay_out",
        "2026-01-24 reminder",
        "2026-01-29 reminder",
        "2026-01-31 claim_closes",
        "2026-02-05 pay_out",
        "2026-02-19 pay_out",
    ]


def test_whole_programme_entries_and_monthly_grants() -> None:
    assert dated("kt-2025", "") == ["2025-12-31 look_up_opens", "2026-01-13 base_frozen"]
    months = range(2, 8)
    assert dated("kt-2025", "data") == [f"2026-{month:02}-01 grant" for month in months]
    # No day is named: it begins on the first day after the base was frozen.
    assert dated("kt-2025", "roaming") == ["2026-01-14 uplift_starts", "2026-08-31 uplift_ends"]


def test_covers_enrol_from_the_day_on_which_applications_open() -> None:
    assert dated("kt-2025", "cover") == ["2026-02-01 cover_enrols", "2026-02-01 claim_opens"]


def test_what_is_paid_without_a_table_says_within_how_many_days() -> None:
    entries = {a.kind: a.words["en"] for a in calendar(programme_of("skt-2025"))}
    assert entries[ActionKind.PAID_WITHIN] == "Paid within 7 days of applying."


def test_passes_are_given_from_the_opening_of_the_choice_on() -> None:
    choice = "choose_from: 2026-03-05T09:00"
    text = changed("      months: 6\n", f"      months: 6\n      {choice}\n", WITH_CHOICE)
    days = {a.kind: a.day.isoformat() for a in calendar(load_text(text))}
    assert days[ActionKind.PASSES_GIVEN] == "2026-03-05"


def test_three_slots_a_month_of_which_one_month_is_named() -> None:
    entries = dated("skt-2025", "membership")
    assert entries[:6] == [
        "2025-08-01 offer_opens",
        "2025-08-11 offer_opens",
        "2025-08-14 offer_ends",
        "2025-08-21 offer_opens",
        "2025-08-24 offer_ends",
        "2025-08-31 offer_ends",
    ]
    later = [f"2025-{month:02}-{day}" for month in range(9, 13) for day in ("01", "11", "21")]
    assert entries[6:] == [f"{day} offers_open" for day in later]


def test_the_next_bill_or_the_one_after() -> None:
    assert dated("rogers-2022", "service_credit") == ["2022-08-01 bill", "2022-09-01 last_bill"]


@pytest.mark.parametrize("name", FILES)
def test_entries_are_in_order_and_speak_every_language(name: str) -> None:
    programme = programme_of(name)
    actions = calendar(programme)
    assert [a.day for a in actions] == sorted(a.day for a in actions)
    for action in actions:
        assert set(action.words) == set(programme.languages)
        assert all(action.at_text(language) for language in programme.languages)


def test_instants_are_in_the_programmes_zone_and_days_are_days() -> None:
    actions = calendar(load_text(PROGRAMME))
    found = {action.kind: action.at for action in actions}
    seoul = ZoneInfo("Asia/Seoul")
    assert found[ActionKind.CLAIM_OPENS] == datetime(2026, 3, 2, 9, tzinfo=seoul)
    assert found[ActionKind.PAY_OUT] == date(2026, 4, 10)


def test_on_one_day_the_end_of_a_base_comes_last() -> None:
    text = changed("claim: {from: 2026-03-02T09:00", "claim: {from: 2026-03-01T09:00")
    kinds = [a.kind for a in calendar(load_text(text)) if a.day == date(2026, 3, 1)]
    assert kinds == [ActionKind.CLAIM_OPENS, ActionKind.BASE_FROZEN]


COVER_AND_CHOICE = """\
  pass:
    title: {ko: 이용권, en: Pass}
    promise: {ko: 하나를 고릅니다., en: One of two.}
    choice:
      options:
        film: {title: {ko: 영화, en: Film}, pool: film}
        music: {title: {ko: 음악, en: Music}, pool: music}
      months: 6
      choose_from: 2026-04-01T09:00
      choose_until: 2026-04-30T18:00
  insurance:
    title: {ko: 보험, en: Insurance}
    promise: {ko: 보장합니다., en: You are covered.}
    cover: {against: [{ko: 사기, en: fraud}], months: 24, from: 2026-02-28}
  abroad:
    title: {ko: 로밍, en: Roaming}
    promise: {ko: 더 드립니다., en: You get more.}
    uplift: {percent: 50, of: {ko: 로밍, en: roaming}, from: 2026-04-01, until: 2026-04-30}
notices:
"""


def test_choices_covers_and_uplifts_begin_and_end() -> None:
    programme = load_text(changed("notices:\n", COVER_AND_CHOICE))
    found = {a.kind: a.day.isoformat() for a in calendar(programme)}
    assert found[ActionKind.CHOICE_OPENS] == "2026-04-01"
    assert found[ActionKind.CHOICE_CLOSES] == "2026-04-30"
    assert found[ActionKind.UPLIFT_STARTS] == "2026-04-01"
    assert found[ActionKind.UPLIFT_ENDS] == "2026-04-30"
    assert found[ActionKind.COVER_STARTS] == "2026-02-28"
    assert found[ActionKind.COVER_ENDS] == "2028-02-27"


OFFERS = """\
  offers:
    title: {ko: 할인, en: Offers}
    promise: {ko: 할인을 드립니다., en: Offers every month.}
    discount:
      first_month: 2026-02
      months: 1
      slots: [{from: 1, until: 14}, {from: 15, until: 31}]
      offers:
        - partner: {ko: 카페, en: A cafe}
          offer: {ko: 반값, en: half}
          from: 2026-02-15
          until: 2026-02-28
          use_by: 2026-03-05
notices:
"""
WITH_OFFERS = changed("notices:\n", OFFERS)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("from: 2026-02-15", "from: 2026-02-14", "MG305: an offer outside every slot"),
        ("until: 2026-02-28", "until: 2026-03-01", "MG305: an offer outside every slot"),
        ("use_by: 2026-03-05", "use_by: 2026-02-27", "MG301: 2026-02-27 does not come after"),
        ("{from: 15, until: 31}", "{from: 14, until: 31}", "MG301: the slot 14 to 31"),
        ("{from: 15, until: 31}", "{from: 15, until: 10}", "MG301: the slot 15 to 10"),
    ],
)
def test_offers_keep_to_their_slots(old: str, new: str, complaint: str) -> None:
    assert check_text(WITH_OFFERS)[1] == []
    _, findings = check_text(changed(old, new, WITH_OFFERS))
    assert any(complaint in f"{f.code}: {f.message}" for f in findings)


def test_slots_need_their_months() -> None:
    text = changed("      first_month: 2026-02\n      months: 1\n", "", WITH_OFFERS)
    text = changed(
        "    discount:\n", "    discount:\n      amount: fee\n      bill: 2026-04\n", text
    )
    assert "MG321" in [finding.code for finding in check_text(text)[1]]


@pytest.mark.parametrize(
    ("bills", "code"),
    [
        ("bill: 2026-04, bill_by: 2026-05", None),
        ("bill: 2026-04, bill_by: 2026-04", "MG301"),
        ("bill: 2026-04, bill_by: 2026-03", "MG301"),
    ],
)
def test_a_last_bill_comes_after_the_first(bills: str, code: str | None) -> None:
    old = PROGRAMME[PROGRAMME.index("    refund:\n") : PROGRAMME.index("    claim:")]
    text = changed(old, f"    refund: {{amount: daily_fee, to: bill, {bills}}}\n")
    text = changed("tables:\n  rates:\n    bands:\n", "", text)
    text = changed("      - {through: 6, rate: 100}\n      - {through: 12, rate: 50}\n", "", text)
    assert [finding.code for finding in check_text(text)[1]] == ([code] if code else [])
