"""One option for each line, changeable until granted; coupons once for each line and offer."""

from datetime import datetime
from threading import Barrier, Thread
from uuid import uuid4
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from django.db import connection, connections, transaction

from makegood.channels.vouchers import give, import_codes, pools
from makegood.kernel import MakegoodError, pay_once_key
from makegood.redress.choices import (
    begin_granting,
    choice_of,
    choose,
    chosen,
    code_of_choice,
    coupons_of,
    settle_choices,
    stop_granting,
    take_coupon,
)
from makegood.redress.serving import register
from makegood.trust.access import Refused
from makegood.trust.policy import Role
from tests.redress.outage_lines import console, line, published, snapshot
from tests.staff_people import installed
from tests.trust.access.visitors import agent, at, entries

NAME = "outage-2026"
SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=SEOUL)


def seoul(year, month, day, hour, minute, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=SEOUL)


LINES = {f"A{n}": line() for n in range(1, 7)} | {"B1": line(status="closed")}
CASE = {"case": "CALL-1"}


@pytest.fixture(autouse=True)
def served(database, tmp_path, monkeypatch):
    with installed(database, monkeypatch), at(NOON):
        published()
        register(console(), snapshot(tmp_path / "march-1", LINES), NAME)
        yield


@pytest.fixture
def codes(tmp_path):
    """Three codes of coffee."""
    file = tmp_path / "codes.csv"
    file.write_text("code\nCOFFEE-AAAA1\nCOFFEE-BBBB2\nCOFFEE-CCCC3\n")
    import_codes(console(), "coffee_pool", file)


def pick(option="music", line_id="A1", through="call_centre", measure="pass"):
    return choose(agent(), NAME, measure, line_id, option, through, **CASE)


def take(offer=1, line_id="A1", through="call_centre", measure="coupons"):
    return take_coupon(agent(), NAME, measure, offer, line_id, through, **CASE)


def items(*lines, option="music"):
    keys = [pay_once_key(NAME, "pass", line_id, "", "once") for line_id in lines]
    return pa.table({"line_id": list(lines), "option": [option] * len(lines), "key": keys})


def begin(*lines, option="music"):
    run_id = uuid4()
    with transaction.atomic():
        begin_granting(run_id, items(*lines, option=option), programme=NAME, measure="pass")
    return run_id


def settle(run_id, **outcomes):
    keys = [pay_once_key(NAME, "pass", line_id, "", "once") for line_id in outcomes]
    codes = ["" if word == "done" else "E7" for word in outcomes.values()]
    answers = {"key": keys, "attempt": [1] * len(keys), "outcome": list(outcomes.values())}
    with transaction.atomic():
        return settle_choices(run_id, pa.table(answers | {"code": codes}))


def state(line_id="A1"):
    found = choice_of(NAME, "pass", line_id)
    return found and (found.option, str(found.state), found.times)


def test_a_choice_may_be_changed():
    first = pick()
    assert (first.is_new, first.option, first.pool) == (True, "music", "music_pool")
    second = pick("film", through="shop")
    assert (second.is_new, second.option, second.pool) == (False, "film", "film_pool")
    assert chosen(NAME, "pass").to_pylist() == [
        {"line_id": "A1", "option": "film", "pool": "film_pool", "customer_id": "A1"}
    ]
    assert [entry["details"]["option"] for entry in entries("choice.made")] == ["music", "film"]


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        (seoul(2026, 3, 5, 8, 59, 59), False),
        (seoul(2026, 3, 5, 9, 0), True),
        (seoul(2026, 3, 20, 17, 59, 59), True),
        (seoul(2026, 3, 20, 18, 0), False),
    ],
)
def test_the_window_is_open_to_the_minute(instant, opens):
    with at(instant):
        if opens:
            assert choose(console(), NAME, "pass", "A1", "music", "web", **CASE).is_new
            return
        with pytest.raises(MakegoodError, match="MG838"):
            choose(console(), NAME, "pass", "A1", "music", "web", **CASE)
    assert chosen(NAME, "pass").num_rows == 0


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"option": "books"}, "MG837"),
        ({"measure": "credit"}, "MG837"),
        ({"measure": "passes"}, "MG837"),
        ({"through": "fax"}, "MG838"),
        ({"line_id": "B1"}, "MG838"),
        ({"line_id": "Z1"}, "MG831"),
    ],
)
def test_what_cannot_be_chosen_is_told_and_nothing_is_kept(what, code):
    with pytest.raises(MakegoodError, match=code):
        pick(**what)
    assert chosen(NAME, "pass").num_rows == 0
    assert entries("choice.made") == []


def test_who_may_not_apply_for_others_does_not_choose():
    with pytest.raises(Refused):
        choose(agent("pay", Role.PAYMENT_OFFICER), NAME, "pass", "A1", "music", "web", **CASE)


def test_a_choice_in_a_run_stays_until_the_answer():
    pick(line_id="A1")
    pick(line_id="A2")
    pick(line_id="A3")
    run_id = begin("A1", "A2")
    assert state("A1") == ("music", "granting", 1)
    assert chosen(NAME, "pass").column("line_id").to_pylist() == ["A3"]
    with pytest.raises(MakegoodError, match="MG838"):
        pick("film")
    assert settle(run_id, A1="done", A2="failed") == 2
    assert state("A1") == ("music", "granted", 1)
    assert state("A2") == ("music", "chosen", 1)
    with pytest.raises(MakegoodError, match="MG838"):
        pick("film")
    assert pick("film", line_id="A2").option == "film"
    assert settle(run_id, A1="done", A2="failed") == 0


def test_what_was_granted_and_comes_back_is_open_again():
    pick()
    run_id = begin("A1")
    assert settle(run_id, A1="done") == 1
    assert settle(run_id, A1="unknown") == 0
    assert settle(run_id, A1="returned") == 1
    assert state() == ("music", "chosen", 1)
    again = begin("A1")
    assert settle(run_id, A1="returned") == 0
    assert settle(again, A1="done") == 1


@pytest.mark.usefixtures("codes")
def test_who_may_read_a_customers_matters_reads_the_code_of_a_pass():
    pick()
    run_id = begin("A1")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT item_key FROM choices_choice WHERE line_id = 'A1'")
            (key,) = cursor.fetchone()
        give("coffee_pool", key)
    reader = agent()
    assert code_of_choice(reader, NAME, "pass", "A1", **CASE) is None
    settle(run_id, A1="done")
    assert code_of_choice(reader, NAME, "pass", "A1", **CASE) == "COFFEE-AAAA1"
    assert "COFFEE" not in str(entries("access.permitted"))
    with pytest.raises(MakegoodError, match="MG837"):
        code_of_choice(reader, NAME, "pass", "A2", **CASE)
    with pytest.raises(Refused):
        code_of_choice(agent("web", Role.REMEDIATION_AUTHOR), NAME, "pass", "A1", **CASE)


def test_a_run_that_is_cancelled_gives_its_choices_back():
    pick()
    pick(line_id="A2")
    run_id = begin("A1", "A2")
    settle(run_id, A2="done")
    assert stop_granting(run_id) == 1
    assert (state("A1"), state("A2")) == (("music", "chosen", 1), ("music", "granted", 1))


def test_a_run_takes_exactly_what_was_planned_or_nothing():
    pick()
    pick("film", line_id="A2")
    for planned in (("A1", "A2"), ("A1", "A4")):
        with pytest.raises(MakegoodError, match="MG839"):
            begin(*planned)
        assert state() == ("music", "chosen", 1)
    begin("A1")
    with pytest.raises(MakegoodError, match="MG839"):
        begin("A1")
    with pytest.raises(transaction.TransactionManagementError):
        begin_granting(uuid4(), items("A2"), programme=NAME, measure="pass")
    with pytest.raises(transaction.TransactionManagementError):
        settle_choices(uuid4(), pa.table({"key": [], "outcome": [], "code": []}))


def at_once(count, act):
    """The act by so many threads at the same moment; what each got, or the error's code."""
    ready, got = Barrier(count), []

    def one(number):
        try:
            ready.wait()
            got.append(act(number))
        except MakegoodError as error:
            got.append(error.findings[0].code)
        except Exception as error:
            got.append(repr(error))
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_thirty_two_choose_at_once_and_one_choice_stands():
    options, channels = ("music", "film"), ("web", "call_centre", "shop")
    got = at_once(32, lambda n: pick(options[n % 2], through=channels[n % 3]))
    times = sorted(each.times for each in got)
    assert times == list(range(1, 33)), got
    assert sum(each.is_new for each in got) == 1
    (last,) = [each for each in got if each.times == 32]
    assert choice_of(NAME, "pass", "A1") == last
    assert chosen(NAME, "pass").num_rows == 1
    assert len(entries("choice.made")) == 32


def test_choosing_while_a_run_takes_it_is_one_or_the_other():
    for line_id in ("A1", "A2", "A3", "A4"):
        pick(line_id=line_id)

        def act(number, line_id=line_id):
            return begin(line_id) if number == 0 else pick("film", line_id=line_id)

        at_once(4, act)
        option, stands, times = state(line_id)
        if stands == "granting":
            assert (option, times) == ("music", 1)
        else:
            assert (option, stands) == ("film", "chosen")


@pytest.mark.usefixtures("codes")
def test_a_coupon_is_taken_once_and_shown_again():
    code = take()
    assert code.startswith("COFFEE-")
    assert take(through="shop") == code
    assert take(line_id="A2") != code
    (coupon,) = coupons_of("A1")
    assert (coupon.offer, coupon.pool, coupon.measure) == (1, "coffee_pool", "coupons")
    assert coupon.item_key == pay_once_key(NAME, "coupons", "A1", "", "offer 1")
    assert code not in repr(coupon)
    with at(datetime(2026, 3, 25, 12, 0, tzinfo=SEOUL)):
        assert take() == code
    assert all(code not in str(entry) for entry in entries())


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    ("instant", "given"),
    [
        (seoul(2026, 3, 4, 23, 59), False),
        (seoul(2026, 3, 5, 0, 0), True),
        (seoul(2026, 3, 10, 23, 59), True),
        (seoul(2026, 3, 11, 0, 0), False),
    ],
)
def test_a_coupon_is_given_on_the_offers_days(instant, given):
    with at(instant):
        if given:
            assert take_coupon(console(), NAME, "coupons", 1, "A1", "web", **CASE)
            return
        with pytest.raises(MakegoodError, match="MG838"):
            take_coupon(console(), NAME, "coupons", 1, "A1", "web", **CASE)
    assert coupons_of("A1") == []


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"offer": 3}, "MG837"),
        ({"offer": 0}, "MG837"),
        ({"offer": 2}, "MG837"),
        ({"measure": "pass"}, "MG837"),
        ({"line_id": "B1"}, "MG838"),
        ({"through": "fax"}, "MG838"),
    ],
)
def test_a_coupon_that_is_none_is_not_given(what, code):
    with pytest.raises(MakegoodError, match=code):
        take(**what)
    assert pools()[0].left == 3


@pytest.mark.usefixtures("codes")
def test_thirty_two_take_it_at_once_and_one_code_goes():
    got = at_once(32, lambda n: take(through=("web", "shop")[n % 2]))
    assert len(set(got)) == 1, got
    assert len(coupons_of("A1")) == 1
    assert pools()[0].left == 2


@pytest.mark.usefixtures("codes")
def test_no_more_coupons_go_than_there_are_codes():
    got = at_once(6, lambda n: take(line_id=f"A{n + 1}"))
    codes = [each for each in got if each.startswith("COFFEE-")]
    assert len(codes) == len(set(codes)) == 3
    assert got.count("MG808") == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM choices_coupon")
        assert cursor.fetchone()[0] == 3
