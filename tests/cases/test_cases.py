"""A case from its opening to its end, and all that can be in its way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from makegood.cases import (
    CaseKind,
    CaseState,
    DayList,
    Outcome,
    Step,
    callback_of,
    called,
    case_shown,
    cases,
    cases_of,
    close,
    day_counts,
    day_list,
    hand_over,
    note,
    notes_shown,
    number_to_call,
    open_case,
    put_off,
    read_case_number,
    reopen,
    request_callback,
    tag,
    take,
    take_callback,
    untag,
    wait_for_customer,
    wait_for_us,
)
from makegood.cases.numbers import new_case_number
from makegood.kernel import MakegoodError, is_pseudonym
from makegood.trust import clock
from makegood.trust.access import Refused, Visitor
from makegood.trust.policy import Role
from makegood.trust.vault import delete_again, delete_person, rotate
from tests.cases.desk import (
    MORNING,
    PHONE,
    SAID,
    STRANGE,
    customer,
    opened_desk,
    question,
    tomorrow,
)
from tests.redress.claims.relief import NAME, PLANTED, at
from tests.staff_people import member
from tests.trust.access.visitors import agent, entries
from tests.trust.leaks import nothing_leaks

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def desk(database):
    with at(MORNING):
        opened_desk()
        yield database


@pytest.fixture
def sealed(desk):
    """Nothing of a customer, nor of what was said, lies anywhere but in ciphertexts."""
    with nothing_leaks(desk, (*PLANTED, *STRANGE, SAID)):
        yield desk


def code(error) -> str:
    return str(error.value.findings[0].code)


def test_numbers_are_read_aloud_and_checked() -> None:
    for _ in range(200):
        number = new_case_number()
        assert len(number) == 9
        assert is_pseudonym(number)
        assert read_case_number(number.lower().replace("-", " ")) == number
        assert read_case_number(("3" if number[0] == "2" else "2") + number[1:]) is None
    assert read_case_number("R7K3-9QXM-2HTB") is None


@pytest.mark.usefixtures("sealed")
def test_a_question_is_opened_worked_on_and_closed() -> None:
    bora = agent("bora")
    case = question(bora, note=SAID, about_line="L0001")
    assert (case.state, case.member, case.team) == (
        *(CaseState.WAITING_FOR_US, bora.actor),
        Role.CALL_CENTRE_AGENT,
    )
    assert case.due_at == MORNING + timedelta(days=1)
    note(bora, case.number, "다음 지급일을 안내함\n고객이 이해함")
    wait_for_customer(bora, case.number)
    wait_for_us(bora, case.number)
    close(bora, case.number, Outcome.ANSWERED)
    shown, history = case_shown(bora, case.number)
    assert (shown.state, shown.outcome, shown.changes) == (CaseState.DONE, "answered", 5)
    assert [event.step for event in history] == [
        *(Step.OPENED, Step.NOTED, Step.WAITS_FOR_CUSTOMER),
        *(Step.WAITS_FOR_US, Step.CLOSED),
    ]
    assert [each.text for each in notes_shown(bora, case.number)] == [
        SAID,
        "다음 지급일을 안내함\n고객이 이해함",
    ]
    assert [each.number for each in cases_of(bora, "L0001", purpose="callback")] == [case.number]
    kinds = [entry["kind"] for entry in entries() if entry["kind"].startswith("case.")]
    assert kinds == ["case.opened", *["case.changed"] * 4, "case.notes_read"]
    assert {e["person"] for e in entries("case.changed")} == {"L0001"}


PERSONAL = (
    "010-1234-5678로 전화",
    "번호는010-1234-5678",
    "주민번호 850307-1234567",
    "minsu@example.com",
    "계좌 110-123-456789",
    "계좌는 110\n123\n456789",
    "０１０ １２３４ ５６７８",
)


@pytest.mark.usefixtures("sealed")
def test_what_looks_personal_is_refused_and_nothing_is_kept() -> None:
    case = question()
    for text in PERSONAL:
        for act in (
            lambda text: note(agent("bora"), case.number, text),
            lambda text: question(subject=text),
            lambda text: question(note=text),
            lambda text: request_callback(
                customer(), programme=NAME, callback=tomorrow(), note=text
            ),
        ):
            with pytest.raises(MakegoodError) as error:
                act(text)
            assert code(error) == "MG661"
            assert text[:8] not in str(error.value)
    assert len(cases(agent("bora"))) == 1
    assert notes_left() == 0


def test_words_that_cannot_be_kept_are_refused() -> None:
    case = question()
    for act in (
        lambda: note(agent("bora"), case.number, " \n "),
        lambda: note(agent("bora"), case.number, "가" * 1_201),
        lambda: note(agent("bora"), case.number, "a\x07b"),
        lambda: tag(agent("bora"), case.number, "두 낱말"),
        lambda: question(subject="가" * 121),
    ):
        with pytest.raises(MakegoodError) as error:
            act()
        assert code(error) == "MG662"
    note(agent("bora"), case.number, "가" * 1_200)


def test_tags_are_words_and_each_once() -> None:
    case = question()
    for word in ("#급함", "급함", "VIP-1", "급함"):
        tag(agent("bora"), case.number, word)
    assert untag(agent("bora"), case.number, "vip-1").tags == ("급함",)
    assert [found.number for found in cases(agent("bora"), tag="급함")] == [case.number]
    for number in range(9):
        tag(agent("bora"), case.number, f"tag{number}")
    with pytest.raises(MakegoodError) as error:
        tag(agent("bora"), case.number, "eleventh")
    assert code(error) == "MG662"


def test_a_case_is_handed_to_a_team_and_to_a_colleague() -> None:
    hana = member("hana.kim", "supervisor")
    bora, supervisor = agent("bora"), agent(str(hana.pk), Role.SUPERVISOR)
    case = question(bora)
    handed = hand_over(bora, case.number, team="supervisor")
    assert (handed.state, handed.team, handed.member) == (CaseState.HANDED_OVER, "supervisor", "")
    assert [found.number for found in day_list(supervisor, DayList.TEAM)] == [case.number]
    assert not day_list(bora, DayList.MINE)
    taken = take(supervisor, case.number)
    assert (taken.state, taken.member) == (CaseState.WAITING_FOR_US, supervisor.actor)
    hand_over(bora, case.number, member="hana.kim")
    assert [found.number for found in day_list(supervisor, DayList.MINE)] == [case.number]
    for given in (
        {"team": "auditor"},
        {"team": "nobody"},
        {},
        {"team": "supervisor", "member": "x"},
    ):
        with pytest.raises(MakegoodError) as error:
            hand_over(bora, case.number, **given)
        assert code(error) == "MG667"
    member("oh.gamsa", "auditor")
    with pytest.raises(MakegoodError) as error:
        hand_over(bora, case.number, member="oh.gamsa")
    assert code(error) == "MG667"


def test_a_deadline_that_is_over_is_told() -> None:
    bora = agent("bora")
    case = question(bora)
    put_off(bora, case.number, MORNING + timedelta(hours=2))
    assert not day_list(bora, DayList.OVERDUE)
    with at(MORNING + timedelta(hours=3)):
        bora = agent("bora")
        assert [found.number for found in day_list(bora, DayList.OVERDUE)] == [case.number]
        assert day_counts(bora)[DayList.OVERDUE] == 1
        assert cases(bora, is_overdue=True)[0].is_overdue(clock.now())
        for wrong in (MORNING, MORNING + timedelta(days=400)):
            with pytest.raises(MakegoodError) as error:
                put_off(bora, case.number, wrong)
            assert code(error) == "MG666"
        close(bora, case.number, Outcome.ANSWERED)
        assert not cases(bora, is_overdue=True)


def test_a_customer_asks_to_be_called_at_their_own_number() -> None:
    case = request_callback(customer(), programme=NAME, callback=tomorrow(), note="낮에만 됩니다")
    assert (case.state, case.team, case.due_at) == (
        *(CaseState.OPEN, Role.CALL_CENTRE_AGENT),
        tomorrow().until,
    )
    assert callback_of("L0001") == case
    with pytest.raises(MakegoodError) as error:
        request_callback(customer(), programme=NAME, callback=tomorrow(14, 16))
    assert code(error) == "MG665"
    bora = agent("bora")
    assert not day_list(bora, DayList.CALLBACKS)
    with at(tomorrow().since):
        bora = agent("bora")
        assert [found.number for found in day_list(bora, DayList.CALLBACKS)] == [case.number]
        assert number_to_call(bora, case.number) == "+821077770001"
        assert entries("personal_data.revealed")[-1]["details"]["fields"] == ["phone"]
        tried = called(bora, case.number, was_reached=False)
        assert tried.due_at == clock.now() + timedelta(hours=2)
        called(bora, case.number, was_reached=True)
        close(bora, case.number, Outcome.ANSWERED)
        with pytest.raises(MakegoodError) as error:
            number_to_call(bora, case.number)
        assert code(error) == "MG668"
    assert callback_of("L0001") is None


def test_a_customer_asks_for_nobody_else() -> None:
    case = question(customer_id="L0002")
    for act in (
        lambda: note(customer(), case.number, "글"),
        lambda: case_shown(customer(), case.number),
        lambda: number_to_call(customer(), case.number),
        take_over,
        lambda: cases(customer(), customer_id="L0001"),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(MakegoodError) as error:
        request_callback(customer(), programme=NAME, callback=tomorrow(), about_line="L0002")
    assert code(error) == "MG668"


def take_over() -> None:
    hand_over(customer(), question(customer_id="L0003").number, team="supervisor")


@pytest.mark.usefixtures("sealed")
def test_another_number_is_sealed_and_goes_when_the_call_was_made() -> None:
    case = request_callback(customer(), programme=NAME, callback=tomorrow(phone=PHONE))
    bora = agent("bora")
    assert number_to_call(bora, case.number) == "+821088884321"
    assert close(bora, case.number, Outcome.ANSWERED).phone_id is None
    assert notes_left() == 0


@pytest.mark.usefixtures("sealed")
def test_a_stranger_asks_to_be_called_and_nothing_says_whose_number_it_is() -> None:
    known = take_callback("203.0.113.9", programme=NAME, callback=tomorrow(phone="010-7777-0001"))
    unknown = take_callback("203.0.113.9", programme=NAME, callback=tomorrow(phone=PHONE))
    for case in (known, unknown):
        assert (case.customer_id, case.state, case.opened_by) == (
            "",
            CaseState.OPEN,
            "system:portal",
        )
    bora = agent("bora")
    assert number_to_call(bora, known.number) == "+821077770001"
    close(bora, unknown.number, Outcome.NOT_REACHED)
    with pytest.raises(MakegoodError) as error:
        reopen(bora, unknown.number)
    assert code(error) == "MG668"
    for wrong in ("", "12", "누구"):
        with pytest.raises(MakegoodError) as error:
            take_callback("203.0.113.9", programme=NAME, callback=tomorrow(phone=wrong))
        assert code(error) in {"MG668", "MG729"}


def test_a_stranger_does_not_ask_for_many_calls(monkeypatch) -> None:
    from makegood.cases import calling

    monkeypatch.setattr(calling, "FROM_ADDRESS_MAX", 4)
    for _ in range(2):
        take_callback("203.0.113.9", programme=NAME, callback=tomorrow(phone=PHONE))
    with pytest.raises(MakegoodError) as error:
        take_callback("198.51.100.1", programme=NAME, callback=tomorrow(phone=PHONE))
    assert code(error) == "MG664"
    for last in range(2):
        other = tomorrow(phone=f"010-8888-432{last + 5}")
        take_callback("203.0.113.9", programme=NAME, callback=other)
    with pytest.raises(MakegoodError) as error:
        take_callback("203.0.113.9", programme=NAME, callback=tomorrow(phone="010-8888-4329"))
    assert code(error) == "MG664"
    with at(MORNING + timedelta(hours=25)):
        later = tomorrow(14, 16, PHONE)
        take_callback("203.0.113.9", programme=NAME, callback=later)


@pytest.mark.parametrize(
    "wished", [(7, 9), (17, 19), (12, 11)], ids=["too early", "too late", "backwards"]
)
def test_calls_are_made_within_the_hours_of_the_centre(wished) -> None:
    with pytest.raises(MakegoodError) as error:
        request_callback(customer(), programme=NAME, callback=tomorrow(*wished))
    assert code(error) == "MG666"


@pytest.mark.usefixtures("sealed")
def test_a_note_goes_with_the_person_and_lives_through_a_rotation() -> None:
    bora = agent("bora")
    mine, other = question(bora, note=SAID), question(bora, customer_id="L0002", note=SAID)
    stranger = take_callback(
        "203.0.113.9", programme=NAME, callback=tomorrow(phone=PHONE), note="저녁에 부탁합니다"
    )
    rotate(actor="console:tester")
    assert notes_shown(bora, mine.number)[0].text == SAID
    assert number_to_call(bora, stranger.number) == "+821088884321"
    delete_person("L0001", actor="console:tester")
    assert [each.text for each in notes_shown(bora, mine.number)] == [None]
    assert notes_shown(bora, other.number)[0].text == SAID
    with pytest.raises(MakegoodError) as error:
        note(bora, mine.number, "나중에")
    assert code(error) == "MG728"
    delete_again(["L0002"], actor="console:tester")
    assert [each.text for each in notes_shown(bora, other.number)] == [None]
    assert notes_left() == 2


def test_a_note_opens_in_its_own_place_only() -> None:
    one, two = question(note=SAID), question(customer_id="L0002", note="다른 글")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_note SET sealed = (SELECT sealed FROM vault_note"
            " WHERE customer_id = 'L0001') WHERE customer_id = 'L0002'"
        )
    assert notes_shown(agent("bora"), one.number)[0].text == SAID
    with pytest.raises(MakegoodError) as error:
        notes_shown(agent("bora"), two.number)
    assert code(error) == "MG726"


def test_what_happened_is_neither_changed_nor_deleted() -> None:
    question()
    for statement in (
        "UPDATE cases_event SET by = 'nobody'",
        "DELETE FROM cases_event",
        "DELETE FROM cases_case",
        "TRUNCATE cases_event",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_who_may_not_is_refused_and_nothing_is_changed() -> None:
    case = question()
    console = Visitor.console("root")
    case_shown(console, case.number)
    for act in (
        lambda: notes_shown(console, question(note=SAID).number),
        lambda: number_to_call(agent("nari", Role.SHOP_AGENT, network="shop"), case.number),
        lambda: case_shown(agent("oh", Role.AUDITOR), case.number),
        lambda: note(agent("bora", network="outside"), case.number, "글"),
        lambda: day_list(agent("jun", Role.SECURITY_OFFICER)),
    ):
        with pytest.raises(Refused):
            act()
    assert case_shown(agent("bora"), case.number)[0].changes == 1


def test_unknown_cases_and_wrong_ways_are_told() -> None:
    for number in ("", "K7RM-29QH", "없음", "0" * 8):
        with pytest.raises(MakegoodError) as error:
            case_shown(agent("bora"), number)
        assert code(error) == "MG660"
    for given in ({"through": "pigeon"}, {"callback": tomorrow()}, {"about_line": "L0002"}):
        with pytest.raises(MakegoodError) as error:
            question(**given)
        assert code(error) == "MG668"
    with pytest.raises(MakegoodError) as error:
        open_case(agent("bora"), kind=CaseKind.QUESTION, programme="none", through="web")
    assert code(error) == "MG632"
    done = close(agent("bora"), question().number, Outcome.DUPLICATE)
    for act in (take, wait_for_us, wait_for_customer):
        with pytest.raises(MakegoodError) as error:
            act(agent("bora"), done.number)
        assert code(error) == "MG663"


def notes_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_note")
        return int(cursor.fetchone()[0])
