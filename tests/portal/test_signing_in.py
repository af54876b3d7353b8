"""From number and birth date to a visit of one's own, and out of it again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.conftest import as_portal
from tests.portal.people import (
    DETAILS,
    NOBODY,
    SENDER,
    code_sent,
    come_in,
    doors_open,
    look_up,
    telephone,
    texts,
)
from tests.staff_people import PLANTED, MovedClock, customers, installed, kinds_logged, moved_clock
from tests.store_fixture import Database
from tests.trust.leaks import nothing_leaks

ONWARD = "/dues/1/penalty/"


@pytest.fixture(autouse=True)
def hand(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """Two customers; a sender's number; nothing of them, nor what was typed, lies anywhere."""
    from makegood.trust.customers import wait_until_handed_over

    with installed(database, monkeypatch, sms_sender=SENDER), moved_clock() as moved, as_portal():
        customers()
        with doors_open(), nothing_leaks(database, PLANTED):
            yield moved
            assert wait_until_handed_over()
            for path in (database.home / "exchange" / "sms").rglob("*.*"):
                path.unlink()  # what the aggregator fetched


@pytest.fixture
def home(database: Database) -> Path:
    return database.home


def test_number_birth_date_and_code_open_a_visit(home: Path) -> None:
    client = telephone()
    answer = look_up(client, next=ONWARD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/look-up/code/")
    page = client.get("/look-up/code/")
    assert page.headers["Cache-Control"] == "no-store"
    assert 'autocomplete="one-time-code"' in page.content.decode()
    code = code_sent(home)
    inside = client.post("/look-up/code/", {"code": code})
    assert inside.headers["Location"] == ONWARD
    assert "나가기" in client.get("/look-up/").content.decode()
    assert [kind for kind in kinds_logged() if kind.startswith("customer.")] == [
        "customer.code_asked",
        "customer.signed_in",
    ]


def test_a_visit_ends_by_signing_out(home: Path) -> None:
    client = telephone()
    come_in(client, home, ONWARD)
    cookie = client.cookies["makegood-customer"].value
    assert client.post("/sign-out/").headers["Location"] == "/signed-out/"
    assert "조회를 마쳤습니다" in client.get("/signed-out/").content.decode()
    client.cookies["makegood-customer"] = cookie
    assert "나가기" not in client.get("/look-up/").content.decode()
    assert kinds_logged()[-1] == "customer.signed_out"


def test_the_cookie_before_is_not_the_cookie_after(home: Path) -> None:
    client = telephone()
    look_up(client, next=ONWARD)
    before = client.cookies["makegood-customer"].value
    client.post("/look-up/code/", {"code": code_sent(home)})
    assert client.cookies["makegood-customer"].value != before


def test_nobody_is_told_the_same_in_the_same_way(home: Path) -> None:
    """A number that nobody has, a birth date that is not theirs: to the letter the same pages."""
    seen: list[list[tuple[int, dict[str, str], list[str], list[str]]]] = []
    for details in (DETAILS, NOBODY, {**DETAILS, "day": "8"}):
        client = telephone(REMOTE_ADDR=f"192.0.2.{len(seen) + 1}")
        asked = look_up(client, details)
        page = client.get("/look-up/code/")
        wrong = client.post("/look-up/code/", {"code": "x"})
        guessed = client.post("/look-up/code/", {"code": "000000"})
        seen.append([_told(answer) for answer in (asked, page, wrong, guessed)])
    for other in seen[1:]:
        for one, another in zip(seen[0], other, strict=True):
            assert one[2] == another[2]
            assert one == another
    assert len(texts(home)) == 1


def _told(answer) -> tuple[int, dict[str, str], list[str], list[str]]:
    """An answer without what chance and the clock put into it."""
    import re

    text = re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", answer.content.decode())
    text = re.sub(r"\d\d:\d\d:\d\d(\+09:00)?", "", text)
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"X-Request-ID", "Content-Length"}
    }
    return answer.status_code, headers, text.splitlines(), sorted(answer.cookies)


def test_what_cannot_be_is_told_before_anybody_is_looked_for() -> None:
    never = "생년월일로 쓸 수 없는 날짜입니다"
    for changed, words in (
        ({"phone": ""}, "전화번호를 적어 주십시오"),
        ({"phone": "010-12"}, "전화번호가 아닙니다"),
        ({"month": "13"}, never),
        ({"year": "2999"}, never),
        ({"day": "²"}, "숫자만 적어"),
        ({"year": "1" * 5000}, never),
        ({"year": ""}, "생년월일을 1985, 3, 7처럼"),
        ({"year": "85"}, "네 자리로"),
        ({"phone": "0" * 31}, "전화번호가 아닙니다"),
        ({"year": "99999999999"}, never),
    ):
        page = look_up(telephone(), {**DETAILS, **changed})
        assert page.status_code == 200
        assert words in page.content.decode()
        assert 'aria-invalid="true"' in page.content.decode()
    assert "customer.code_asked" not in kinds_logged()


def test_digits_of_any_width_are_digits(home: Path) -> None:
    client = telephone()
    look_up(
        client,
        {"phone": "０１０－１２３４－５６７８", "year": "１９８５", "month": "03", "day": "07"},
    )
    code = code_sent(home)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert client.post("/look-up/code/", {"code": f"{wide[:3]} {wide[3:]}"}).status_code == 302


def test_a_wrong_code_says_how_many_tries_are_left(home: Path) -> None:
    client = telephone()
    look_up(client)
    right = code_sent(home)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        assert (
            f"남은 횟수: {left}번"
            in client.post("/look-up/code/", {"code": wrong}).content.decode()
        )
    told = client.post("/look-up/code/", {"code": wrong}).content.decode()
    assert "이 인증번호는 더 쓸 수 없습니다" in told
    assert 'name="code"' not in told
    assert client.post("/look-up/code/", {"code": right}).status_code == 200


def test_another_code_after_a_while(home: Path, hand: MovedClock) -> None:
    client = telephone()
    look_up(client, next=ONWARD)
    client.post("/look-up/code/again/")
    assert "초 뒤에 다시" in client.get("/look-up/code/").content.decode()
    assert len(texts(home)) == 1
    former = code_sent(home)
    hand.move(seconds=31)
    client.post("/look-up/code/again/")
    page = client.get("/look-up/code/").content.decode()
    assert "인증번호를 다시 보냈습니다" in page
    assert len(texts(home)) == 2
    newest = code_sent(home)
    if former != newest:
        assert client.post("/look-up/code/", {"code": former}).status_code == 200
    assert client.post("/look-up/code/", {"code": newest}).headers["Location"] == ONWARD


def test_a_code_of_another_browser_opens_nothing(home: Path) -> None:
    mine, stranger = telephone(), telephone(REMOTE_ADDR="192.0.2.9")
    look_up(mine)
    code = code_sent(home)
    assert stranger.post("/look-up/code/", {"code": code}).headers["Location"] == "/look-up/"
    look_up(stranger, NOBODY)
    assert stranger.post("/look-up/code/", {"code": code}).status_code == 200


def test_too_many_asks_wait_and_it_is_told_when(hand: MovedClock) -> None:
    client = telephone()
    for _ in range(5):
        look_up(client, NOBODY)
    answer = look_up(client, NOBODY)
    assert answer.status_code == 429
    assert 28 <= int(answer.headers["Retry-After"]) <= 31
    assert "초 뒤에 다시 해 주십시오" in answer.content.decode()
    hand.move(seconds=31)
    assert look_up(client, NOBODY).status_code == 302


def test_no_other_site_is_gone_on_to(home: Path) -> None:
    client = telephone()
    for away in ("https://evil.example/", "//evil.example/", "javascript:1", "/\\e"):
        assert come_in(client, home, away).headers["Location"] == "/dues/"


def test_a_form_without_its_token_is_not_taken() -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert strict.post("/look-up/", DETAILS).status_code == 403
    assert strict.post("/sign-out/").status_code == 403


def test_without_a_programme_or_sender_the_answer_is_the_same(
    monkeypatch: pytest.MonkeyPatch, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        installed(database, monkeypatch, sms_sender=""),
        as_portal(),
        doors_open(),
        caplog.at_level(logging.WARNING, logger="makegood.customers"),
    ):
        assert look_up(telephone()).status_code == 302
        assert texts(database.home) == []
    assert "a one-time code could not be sent: error MG820" in caplog.text


# --- Messages ---


def test_a_message_that_is_not_ours() -> None:
    from makegood.channels.messages.codes import new_codes

    page = telephone().post("/message/", {"code": new_codes(1)[0]})
    assert "이 확인번호가 없습니다" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_what_cannot_be_a_code_of_ours_is_told_and_not_counted() -> None:
    client = telephone()
    for _ in range(25):
        page = client.post("/message/", {"code": "ABC-12"})
    assert "저희 확인번호가 아닙니다" in page.content.decode()


def test_guesses_at_messages_wait() -> None:
    from makegood.channels.messages.codes import new_codes

    client = telephone()
    for code in new_codes(20):
        assert client.post("/message/", {"code": code}).status_code == 200
    assert client.post("/message/", {"code": new_codes(1)[0]}).status_code == 429
