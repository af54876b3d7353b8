"""What runs have brought to a line: found by the list of a run's lines, told by its shard."""

import pytest

from makegood.channels import Outcome
from makegood.runs import RunKind, RunState, arrivals_of, index_runs
from makegood.runs.folders import folder_of
from makegood.runs.line_index import index_file, places_of, write_index
from makegood.runs.own_answers import apply_own, own_answers
from makegood.runs.rows import execute, run_of, shards_of
from makegood.trust import clock
from tests.runs.execution.hand_made import PROGRAMME, hand_made, items_of, key_of

NOBODY = "L99999"


def line(number: int) -> str:
    return f"L{number:05d}"


def brought(settings, *numbers: int):
    """By line what became of each of its items, in order."""
    lines = [line(number) for number in numbers]
    return {
        (item.line_id, item.kind.value, item.period): item.outcome
        for item in arrivals_of(settings, [PROGRAMME], lines).items
    }


def answered(settings, run, shard: int, said: dict[int, tuple[str, str]]) -> None:
    """The other side says what became of items of a shard."""
    found = shards_of(run.run_id)[shard - 1]
    rows = [
        (key_of(number, run.measure, run.period), 1, outcome, code)
        for number, (outcome, code) in said.items()
    ]
    name = f"{run.run_id} {shard} {sorted(said.items())}"
    apply_own(settings, own_answers(settings, run, found, f"{abs(hash(name)):064x}", name, rows))


def leave(run) -> None:
    execute("UPDATE runs_run SET state = 'sent' WHERE run_id = %s", [run.run_id])
    execute(
        "UPDATE runs_shard SET state = 'sent', sent_at = %s WHERE run_id = %s",
        [clock.now(), run.run_id],
    )


def test_the_list_finds_what_the_items_hold(settings):
    run = hand_made(settings, range(3, 40, 3), shard_items=4, amount=7)
    plain = {n: places_of(settings, run, line(n)) for n in range(41)}
    assert index_runs(settings) == 1
    assert index_runs(settings) == 0
    assert {n: places_of(settings, run, line(n)) for n in range(41)} == plain
    assert [place.item for place in plain[15]] == [5]
    assert (plain[15][0].shard, plain[15][0].amount) == (2, 7)
    assert plain[4] == places_of(settings, run, "L") == places_of(settings, run, "L00003x") == []


def test_more_lines_than_a_page_of_the_disk_holds(settings):
    run = hand_made(settings, range(2, 4_002, 2), shard_items=700)
    index_runs(settings)
    for number in (0, 1, 2, 3, 700, 1_364, 1_365, 1_366, 2_730, 4_000, 4_001, 4_002):
        found = [place.item for place in places_of(settings, run, line(number))]
        assert found == ([number // 2] if 2 <= number <= 4_000 and number % 2 == 0 else [])


def test_a_line_with_many_items_has_them_all(settings):
    items = items_of([5] * 3 + [7] * 1_500 + [8], "data", "once", amount=0, attempt=1)
    run = hand_made(settings, items=items, shard_items=1_000)
    index_runs(settings)
    places = places_of(settings, run, line(7))
    assert [place.item for place in places] == list(range(4, 1_504))
    assert {place.shard for place in places} == {1, 2}
    assert [place.item for place in places_of(settings, run, line(8))] == [1_504]


def test_amounts_that_differ_are_kept_with_the_lines(settings):
    items = items_of(range(1, 8), "credit", "once", amount=5, attempt=1)
    amounts = [number * 1_000 - 3_000 for number in range(7)]
    rows = [
        {**row, "amount": amount} for row, amount in zip(items.to_pylist(), amounts, strict=True)
    ]
    items = type(items).from_pylist(rows, schema=items.schema)
    run = hand_made(settings, items=items, measure="credit", kind=RunKind.BILL)
    write_index(folder_of(settings, run.run_id), run)
    assert [places_of(settings, run, line(n))[0].amount for n in range(1, 8)] == amounts


def test_names_of_any_length_are_found(settings):
    items = items_of(range(5), "data", "once", amount=0, attempt=1)
    names = ["A", "AB", "ABC", "B-1.2", "Z_"]
    rows = [{**row, "line_id": name} for row, name in zip(items.to_pylist(), names, strict=True)]
    run = hand_made(settings, items=type(items).from_pylist(rows, schema=items.schema))
    index_runs(settings)
    assert [places_of(settings, run, name)[0].item for name in names] == [1, 2, 3, 4, 5]
    assert places_of(settings, run, "") == places_of(settings, run, "AA") == []


@pytest.mark.parametrize("harm", [b"", b"{}", b"x" * 4_000])
def test_a_list_that_is_harmed_is_not_believed(settings, harm):
    run = hand_made(settings)
    index_file(folder_of(settings, run.run_id)).write_bytes(harm)
    assert [place.item for place in places_of(settings, run, line(6))] == [6]


@pytest.mark.parametrize("is_listed", [True, False])
def test_each_line_is_told_what_became_of_its_own_item(settings, is_listed):
    run = hand_made(settings, period="2026-02")
    if is_listed:
        index_runs(settings)
    where = ("grant", "2026-02")
    assert brought(settings, 1, 5, 99) == {(line(n), *where): "unknown" for n in (1, 5)}
    leave(run)
    answered(settings, run, 1, dict.fromkeys((1, 3, 4), ("done", "")) | {2: ("failed", "E7")})
    answered(settings, run, 2, {5: ("done", ""), 6: ("returned", "E9")})
    assert brought(settings, *range(1, 11)) == {
        (line(n), *where): outcome
        for n, outcome in enumerate(
            ["done", "failed", "done", "done", "done", "returned", *["unknown"] * 4], start=1
        )
    }
    answered(settings, run, 2, {7: ("failed", "E1"), 8: ("done", "")})
    assert list(brought(settings, 7, 8).values()) == ["failed", "done"]
    (told,) = arrivals_of(settings, [PROGRAMME], [line(2)]).items
    assert (told.code, told.sent_at is not None, told.ended_at is not None) == ("E7", True, True)


def test_what_was_kept_and_not_applied_does_not_count(settings):
    run = hand_made(settings, period="2026-02")
    leave(run)
    answered(settings, run, 1, {1: ("done", "")})
    rows = [(key_of(2, "data", "2026-02"), 1, Outcome.DONE.value, "")]
    own_answers(settings, run, shards_of(run.run_id)[0], "f" * 64, "killed before it counted", rows)
    assert list(brought(settings, 1, 2).values()) == ["done", "unknown"]


def test_of_a_family_the_last_attempt_counts_and_a_cancelled_run_does_not(settings):
    first = hand_made(settings, period="2026-02")
    leave(first)
    answered(settings, first, 1, {2: ("failed", "E7")})
    assert brought(settings, 2) == {(line(2), "grant", "2026-02"): "failed"}
    hand_made(settings, range(2, 3), period="2026-02", sequence=1, attempt=2)
    assert brought(settings, 2) == {(line(2), "grant", "2026-02"): "unknown"}
    gone = hand_made(settings, period="2026-03", state=RunState.CHECKED)
    assert (line(2), "grant", "2026-03") in brought(settings, 2)
    execute("UPDATE runs_run SET state = 'cancelled' WHERE run_id = %s", [gone.run_id])
    assert (line(2), "grant", "2026-03") not in brought(settings, 2)
    assert run_of(gone.run_id).state is RunState.CANCELLED


def test_messages_are_not_told_and_a_period_without_the_line_is_known(settings):
    hand_made(settings, kind=RunKind.NOTICE, measure="penalty_waiver", period="notice 1")
    hand_made(settings, range(5, 8), period="2026-02")
    found = arrivals_of(settings, [PROGRAMME], [line(1)])
    assert found.items == ()
    assert found.families == {(PROGRAMME, "data", RunKind.GRANT, "2026-02")}
    assert arrivals_of(settings, ["another"], [line(5)]).items == ()
