"""A snapshot is registered, the newest serves, and one line is decided from it."""

import random
from datetime import date, datetime
from threading import Event, Thread
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection, connections, transaction

from makegood.decisions import LineDecider, base_sources, line_facts
from makegood.kernel import MakegoodError
from makegood.population import open_snapshot
from makegood.programmes import load_text
from makegood.redress.serving import (
    bases_for,
    decision_of,
    is_served,
    newest,
    programme_in_force,
    register,
    registered,
    serve,
    snapshot_of,
)
from makegood.redress.serving.current import current_of
from makegood.trust.access import Refused
from tests.programme_text import changed
from tests.redress.outage_lines import (
    LATER,
    OUTAGE,
    TEXT,
    console,
    line,
    published,
    snapshot,
)
from tests.trust.access.visitors import agent, at, entries

NAME = "outage-2026"
NOON = datetime(2026, 3, 9, 12, 0, tzinfo=ZoneInfo("Asia/Seoul"))
LINES = {
    "A1": line(),
    "A2": line(holder_age=None),
    "A3": line(holder_age=9),
    "A4": line(status="closed", opened_on=None),
    "A5": line(fee=0),
}

pytestmark = pytest.mark.usefixtures("database", "noon")


@pytest.fixture
def noon():
    with at(NOON):
        yield


@pytest.fixture
def served(database, tmp_path):  # noqa: ARG001 - the database comes first
    published()
    return register(console(), snapshot(tmp_path / "march-1", LINES), NAME)


def tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'serving' ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def as_files_say(folder, line_id, *bases):
    """What the decision engine says of a line, from the snapshot's own files."""
    opened = open_snapshot(folder)
    sources = base_sources(load_text(TEXT), opened.as_of, [open_snapshot(b) for b in bases])
    values = line_facts(opened, line_id, sources)
    return LineDecider(load_text(TEXT), sources).decide(values)


@pytest.mark.usefixtures("served")
def test_one_line_is_decided_as_the_engine_decides_it(tmp_path):
    for name in LINES:
        standing = decision_of(NAME, name)
        assert standing.decisions == as_files_say(tmp_path / "march-1", name)
        assert standing.as_of == OUTAGE
        assert standing.programme.sha256 == load_text(TEXT).sha256
    assert decision_of(NAME, "A1").of("credit").amount == 3_800
    assert decision_of(NAME, "A2").of("credit").missing == ("holder_age",)
    assert decision_of(NAME, "A3").of("credit").meaning.reason == "child"


def test_registering_is_recorded_and_the_same_again_changes_nothing(served):
    (entry,) = entries("lines.registered")
    assert entry["details"]["snapshot_sha256"] == served.content_sha256
    assert entry["details"]["rows"] == 5
    before = current_of(NAME)
    assert register(console(), served.folder, NAME) == served
    assert current_of(NAME) == before
    assert registered(NAME) == [served]
    assert not serve(NAME)


def test_only_a_registered_line_is_there(served):
    with pytest.raises(MakegoodError, match="MG831") as error:
        decision_of(NAME, "B1")
    assert "B1" not in str(error.value)
    assert served.rows == 5


def test_nothing_is_served_before_anything_is_registered():
    with pytest.raises(MakegoodError, match="MG632"):
        decision_of(NAME, "A1")
    published()
    with pytest.raises(MakegoodError, match="MG830"):
        decision_of(NAME, "A1")
    with pytest.raises(MakegoodError, match="MG830"):
        serve(NAME)


def test_an_agent_registers_nothing(tmp_path):
    published()
    with pytest.raises(Refused):
        register(agent(), snapshot(tmp_path / "march-1", LINES), NAME)
    assert registered(NAME) == []


def test_a_snapshot_that_does_not_fit_is_not_registered(tmp_path):
    folder = snapshot(tmp_path / "march-1", LINES)
    published(changed("max: 130", "max: 30", TEXT))
    with pytest.raises(MakegoodError, match="MG604"):
        register(console(), folder, NAME)
    assert registered(NAME) == []


def test_the_newest_serves_and_every_one_stays_known(served, tmp_path):
    later = register(console(), snapshot(tmp_path / "later", LINES | {"B1": line()}, LATER), NAME)
    assert decision_of(NAME, "B1").as_of == LATER
    older = snapshot(tmp_path / "older", {"A1": line()}, date(2026, 2, 1))
    register(console(), older, NAME)
    assert decision_of(NAME, "B1").as_of == LATER
    assert [known.as_of for known in registered(NAME)] == [LATER, OUTAGE, date(2026, 2, 1)]
    assert newest(NAME, date(2026, 3, 14)) == served
    assert newest(NAME, date(2026, 1, 1)) is None
    assert snapshot_of(later).content_sha256 == later.content_sha256
    assert is_served(NAME)


def test_a_base_is_read_from_the_snapshot_of_its_day(served, tmp_path):
    # A4 had left by the outage and came back; A1 left after it; B1 came after it.
    now = LINES | {"A4": line(), "A1": line(status="closed"), "B1": line()}
    later = snapshot(tmp_path / "later", now, LATER)
    register(console(), later, NAME)
    for name in now:
        standing = decision_of(NAME, name)
        assert standing.decisions == as_files_say(later, name, served.folder)
        assert standing.values["base.customers"] is (name in {"A1", "A2", "A3", "A5"})
    assert [base.as_of for base in bases_for(programme_in_force(NAME), open_snapshot(later))] == [
        OUTAGE
    ]


def test_a_base_that_is_registered_later_is_taken_in(tmp_path):
    published()
    later = snapshot(tmp_path / "later", LINES, LATER)
    register(console(), later, NAME)
    assert decision_of(NAME, "A1").of("credit").meaning.label == "undetermined"
    register(console(), snapshot(tmp_path / "march-1", LINES), NAME)
    assert decision_of(NAME, "A1").of("credit").amount == 3_800
    assert decision_of(NAME, "A1").as_of == LATER


@pytest.mark.usefixtures("served")
def test_an_amended_programme_decides_at_once():
    published(changed("rate: 100}", "rate: 200}", TEXT))
    assert decision_of(NAME, "A1").of("credit").amount == 5_600


def test_an_amended_base_is_read_from_the_files_until_it_is_loaded(served, tmp_path):
    later = snapshot(tmp_path / "later", LINES, LATER)
    register(console(), later, NAME)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "not_in_scope"
    published(changed("where: status = 'in_use'", "where: fee >= 0", TEXT))
    assert decision_of(NAME, "A4").of("pass").meaning.label == "granted:automatic"
    assert serve(NAME)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "granted:automatic"
    assert decision_of(NAME, "A4").values["base.customers"] is True
    assert served.as_of == OUTAGE


def test_a_base_that_is_frozen_on_another_day_is_read_from_the_files_too(served, tmp_path):
    register(
        console(), snapshot(tmp_path / "tenth", LINES | {"A4": line()}, date(2026, 3, 10)), NAME
    )
    later = snapshot(tmp_path / "later", LINES, LATER)
    register(console(), later, NAME)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "not_in_scope"
    published(changed("    as_of: 2026-03-01\n", "    as_of: 2026-03-10\n", TEXT))
    assert decision_of(NAME, "A4").of("pass").meaning.label == "granted:automatic"
    assert serve(NAME)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "granted:automatic"
    assert served.as_of == OUTAGE


def test_a_base_that_stood_in_the_copy_itself_is_read_from_its_new_day(served, tmp_path):
    register(console(), snapshot(tmp_path / "later", LINES | {"A4": line()}, LATER), NAME)
    published(changed("    as_of: 2026-03-01\n", "    as_of: 2026-03-15\n", TEXT))
    assert serve(NAME)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "granted:automatic"
    published(TEXT)
    assert decision_of(NAME, "A4").of("pass").meaning.label == "not_in_scope"
    assert served.as_of == OUTAGE


def test_a_snapshot_registered_again_is_the_newest_of_its_day_again(served, tmp_path):
    wrong = LINES | {"A1": line(fee=1_000)}
    register(console(), snapshot(tmp_path / "wrong", wrong), NAME)
    assert decision_of(NAME, "A1").values["fee"] == 1_000
    assert register(console(), served.folder, NAME).content_sha256 == served.content_sha256
    assert decision_of(NAME, "A1").values["fee"] == 60_000
    assert registered(NAME)[0].content_sha256 == served.content_sha256
    assert len(registered(NAME)) == 2


def test_a_restore_leaves_the_copy_out_and_it_is_loaded_again(served, database):
    with database.owner.connect() as owner:
        owner.execute("DROP SCHEMA serving CASCADE")
        owner.execute("CREATE SCHEMA serving")
        owner.execute("GRANT USAGE, CREATE ON SCHEMA serving TO makegood_program")
    assert not is_served(NAME)
    with pytest.raises(MakegoodError, match=r"MG830[\s\S]*lines register"):
        decision_of(NAME, "A1")
    register(console(), served.folder, NAME)
    assert decision_of(NAME, "A1").of("credit").amount == 3_800


def test_another_snapshot_in_its_folder_is_told(served, tmp_path):
    other = snapshot(tmp_path / "other", {"A1": line(fee=1)})
    served.folder.rename(tmp_path / "away")
    other.rename(served.folder)
    with pytest.raises(MakegoodError, match="MG833"):
        snapshot_of(served)


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_alone_gives_the_same_copy_as_a_full_load(database, tmp_path, seed):
    chance = random.Random(seed)
    published()
    lines = {f"L{n:05d}": _drawn(chance) for n in range(2_000)}
    register(console(), snapshot(tmp_path / "first", lines), NAME)
    first = current_of(NAME)
    for name in chance.sample(sorted(lines), 60):
        lines[name] = _drawn(chance)
    for name in chance.sample(sorted(lines), 20):
        del lines[name]
    lines |= {f"M{n:05d}": _drawn(chance) for n in range(30)}
    register(console(), snapshot(tmp_path / "second", lines), NAME)
    second = current_of(NAME)
    assert first
    assert second
    assert (second.table_name, second.generation) != (first.table_name, first.generation)
    assert second.table_name == first.table_name, seed
    in_place = _rows(database, second.table_name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM serving_current")
    serve(NAME, whole=True)
    third = current_of(NAME)
    assert third
    assert third.table_name != first.table_name
    assert _rows(database, third.table_name) == in_place, seed
    assert tables() == [third.table_name]


def test_many_changes_make_a_new_table(served, tmp_path):
    before = current_of(NAME)
    everything = {name: facts | {"fee": 7_000} for name, facts in LINES.items()}
    register(console(), snapshot(tmp_path / "later", everything), NAME)
    after = current_of(NAME)
    assert before
    assert after
    assert after.table_name != before.table_name
    assert tables() == [after.table_name]
    assert decision_of(NAME, "A1").values["fee"] == 7_000
    assert served.rows == 5


@pytest.mark.usefixtures("served")
def test_readers_see_one_generation_or_the_other_while_it_is_swapped(tmp_path):
    """The fee tells which snapshot a row is of, and must agree with the hash beside it."""
    folders, fees = [], {}
    for number in range(12):
        fee = 1_000 * (number + 1)
        lines = {name: facts | {"fee": fee} for name, facts in LINES.items()}
        folder = snapshot(tmp_path / f"fee-{fee}", lines, date(2026, 3, 2 + number))
        folders.append(folder)
        fees[open_snapshot(folder).content_sha256] = fee
    register(console(), folders[0], NAME)
    stop, read = Event(), []
    wrong: list[object] = []

    def reader():
        try:
            while not stop.is_set():
                standing = decision_of(NAME, "A1")
                read.append(fees[standing.snapshot_sha256])
                if standing.values["fee"] != fees[standing.snapshot_sha256]:
                    wrong.append(standing)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    readers = [Thread(target=reader) for _ in range(4)]
    for each in readers:
        each.start()
    for folder in folders[1:]:
        register(console(), folder, NAME)
    stop.set()
    for each in readers:
        each.join()
    assert not wrong
    assert len(set(read)) > 3
    assert decision_of(NAME, "A1").values["fee"] == 12_000
    assert len(tables()) == 1


def test_several_register_at_once(tmp_path):
    published()
    folders = [
        snapshot(tmp_path / f"day-{day}", LINES | {f"D{day}": line()}, date(2026, 3, day))
        for day in range(2, 8)
    ]
    wrong = []

    def one(folder):
        try:
            with at(NOON):
                register(console(), folder, NAME)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[folder]) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert decision_of(NAME, "D7").as_of == date(2026, 3, 7)
    assert len(registered(NAME)) == 6
    serve(NAME)
    assert len(tables()) == 1


def test_the_program_has_no_other_place_for_tables(database):
    with (
        database.program.connect() as program,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        program.execute("CREATE TABLE public.mine (x int)")


@pytest.mark.usefixtures("served")
def test_what_was_registered_stays_known(database):
    for statement in ("DELETE FROM serving_snapshot", "UPDATE serving_snapshot SET rows = 0"):
        with (
            database.program.connect() as program,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            program.execute(statement)


def _drawn(chance: random.Random) -> dict[str, object]:
    return line(
        status=chance.choice(["in_use", "closed", None]) or "in_use",
        holder_age=chance.choice([None, 9, 40, 130]),
        opened_on=chance.choice([None, date(2019, 5, 1), date(2026, 3, 1)]),
        fee=chance.randrange(0, 100_000),
    )


def _rows(database, table_name):
    with database.program.connect() as program:
        return program.execute(f'SELECT * FROM serving."{table_name}" ORDER BY line_id').fetchall()
