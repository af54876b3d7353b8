"""Who is in a run, why the others are not, and that both together are all decided lines."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from makegood.configuration import Settings
from makegood.kernel import MakegoodError, pay_once_key
from makegood.ledger import Account, amount_in, balances
from makegood.runs import RunKind, RunState, check_run, plan_run
from makegood.runs.folders import folder_of
from makegood.runs.planning.earlier import item_files
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.planning.gift import (
    NAME,
    TEXT,
    at,
    entry,
    in_force,
    items,
    left_out,
    lines,
    on,
    planned,
)


@pytest.fixture(autouse=True)
def _afternoon():
    with on(at(2, 1, 14)):
        yield


def test_a_grant_brings_its_quantity_to_all_granted_lines_and_names_why_not_to_others(
    settings: Settings, tmp_path
):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")
    given = (0, 100)
    assert items(settings, run) == dict.fromkeys(("L01", "L06", "L07", "L08"), given)
    assert left_out(settings, run) == {
        "L02": "excluded:suspended",
        "L03": "not_in_scope",
        "L04": "excluded:other_brand",
        "L05": "undetermined",
    }
    assert (run.decided, run.items, run.left_out, run.unknown) == (8, 4, 4, 4)
    assert run.needs_release is False


def test_the_keys_are_those_that_python_reckons(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")

    found = pq.read_table(item_files(settings, run)[0]).to_pylist()
    assert [row["key"] for row in found] == [
        pay_once_key(NAME, "data", row["line_id"], "", "2026-02") for row in found
    ]
    assert [row["item"] for row in found] == [1, 2, 3, 4]


def test_a_contract_that_the_programme_names_is_part_of_the_key(settings: Settings, tmp_path):
    text = changed("facts:\n", "contract: contract\nfacts:\n", TEXT)
    in_force(tmp_path, text)
    run = planned(settings, RunKind.GRANT, "data", "2026-02")

    found = pq.read_table(item_files(settings, run)[0]).to_pylist()
    contracts = {"L01": "7", "L06": "7", "L07": "", "L08": "8"}
    assert {row["line_id"]: row["key"] for row in found} == {
        line: pay_once_key(NAME, "data", line, contract, "2026-02")
        for line, contract in contracts.items()
    }
    assert check_run(settings, run.run_id).state is RunState.CHECKED


def test_a_bill_run_has_amounts_and_no_item_without_one(settings: Settings, tmp_path):
    in_force(tmp_path)
    run = planned(settings, RunKind.BILL, "credit")
    amounts = {line: amount for line, (amount, _) in items(settings, run).items()}
    assert amounts == dict.fromkeys(("L01", "L02", "L04", "L05", "L07"), 25_000) | {"L08": 15_000}
    assert left_out(settings, run) == {"L03": "not_in_scope", "L06": "no_amount"}
    assert run.total == 5 * 25_000 + 15_000
    assert run.needs_release is True


def test_the_same_due_again_is_the_run_that_stands(settings: Settings, tmp_path):
    in_force(tmp_path)
    first = planned(settings, RunKind.GRANT, "data", "2026-02")
    assert planned(settings, RunKind.GRANT, "data", "2026-02") == first
    assert len(list(settings.runs_folder.iterdir())) == 1


def test_another_run_of_a_family_takes_only_lines_that_no_earlier_one_has(
    settings: Settings, tmp_path
):
    in_force(tmp_path)
    planned(settings, RunKind.COVER, "cover")
    lines(tmp_path, date(2026, 2, 28), L01={"holder_age": 65}, L06={"holder_age": 66})
    later = next(each for each in _cover_days() if each.due_at == at(3, 1, 0, 5))
    with on(at(3, 1)):
        run = plan_run(settings, NAME, later, "system:worker")
    assert items(settings, run) == {"L01": (0, 0)}
    reasons = left_out(settings, run)
    assert reasons["L06"].startswith("already:")
    assert {reasons[line] for line in ("L02", "L08")} == {"on_application"}
    assert (reasons["L03"], reasons["L07"]) == ("not_in_scope", "undetermined")
    assert run.sequence == 1


def _cover_days():
    from makegood.programmes import load_text
    from makegood.runs import due

    return [each for each in due(load_text(TEXT), at(4, 30)) if each.kind is RunKind.COVER]


def test_a_line_that_left_gets_no_further_grant(settings: Settings, tmp_path):
    in_force(tmp_path)
    planned(settings, RunKind.GRANT, "data", "2026-02")
    lines(tmp_path, date(2026, 2, 20), L01={"status": "left"}, L02={"status": "in_use"})
    run = planned(settings, RunKind.GRANT, "data", "2026-03")
    assert "L01" not in items(settings, run)
    assert left_out(settings, run)["L01"] == "excluded:left"
    assert "L02" in items(settings, run)


def test_an_uplift_begins_the_day_after_the_base_and_ends_for_those_whose_began(
    settings: Settings, tmp_path
):
    in_force(tmp_path)
    start = planned(settings, RunKind.UPLIFT_START, "roaming", "start")
    assert start.due_at == at(1, 14, 0, 5)
    started = set(items(settings, start))
    assert started == {"L01", "L02", "L04", "L05", "L06", "L07", "L08"}
    lines(tmp_path, date(2026, 3, 31), L01={"status": "left"})
    with on(at(4, 1)):
        end = planned(settings, RunKind.UPLIFT_END, "roaming", "end")
    # It ends for the line that left as well: what was begun is ended.
    assert set(items(settings, end)) == started
    assert left_out(settings, end) == {"L03": "not_in_scope"}


def test_decisions_are_promised_once_and_the_difference_of_new_ones(settings: Settings, tmp_path):
    in_force(tmp_path)
    planned(settings, RunKind.GRANT, "data", "2026-02")
    planned(settings, RunKind.GRANT, "data", "2026-03")
    assert amount_in(balances(NAME), Account.PROMISED, "credit") == 140_000
    lines(tmp_path, date(2026, 2, 20), L01={"fee": 30_000})
    planned(settings, RunKind.GRANT, "data", "2026-04")
    assert amount_in(balances(NAME), Account.PROMISED, "credit") == 130_000
    assert sum(balance.amount for balance in balances(NAME)) == 0


def test_what_is_planned_to_be_credited_stays_promised_though_the_facts_say_less(
    settings: Settings, tmp_path
):
    in_force(tmp_path)
    planned(settings, RunKind.BILL, "credit")
    lines(tmp_path, date(2026, 2, 20), L01={"fee": 30_000})
    planned(settings, RunKind.GRANT, "data", "2026-03")
    assert amount_in(balances(NAME), Account.PROMISED, "credit") == 140_000
    assert sum(balance.amount for balance in balances(NAME)) == 0


def test_without_lines_of_the_day_nothing_is_planned(settings: Settings):
    published(TEXT)
    with pytest.raises(MakegoodError, match="MG860"):
        planned(settings, RunKind.GRANT, "data", "2026-02")


def test_a_damaged_part_of_decisions_refuses_the_run_and_leaves_nothing(
    settings: Settings, tmp_path
):
    in_force(tmp_path)
    planned(settings, RunKind.GRANT, "data", "2026-02")
    [part] = settings.decisions_folder.glob("*/part-*.parquet")
    part.write_bytes(b"PAR1" + part.read_bytes()[4:-1] + b"x")
    with pytest.raises(MakegoodError, match="MG606"):
        planned(settings, RunKind.GRANT, "data", "2026-03")
    assert len(list(settings.runs_folder.iterdir())) == 1


def test_items_are_cut_into_shards_that_are_numbered_through(
    settings: Settings, tmp_path, monkeypatch
):
    from makegood.channels import ChannelName
    from makegood.runs.planning import times
    from makegood.runs.rows import shards_of

    monkeypatch.setitem(times.SHARD_ITEMS, ChannelName.BILLING, 4)
    in_force(tmp_path)
    run = planned(settings, RunKind.BILL, "credit")
    shards = shards_of(run.run_id)
    assert [(s.number, s.first_item, s.items, s.total) for s in shards] == [
        (1, 1, 4, 100_000),
        (2, 5, 2, 40_000),
    ]
    assert [s.message_id for s in shards] == [
        f"{run.run_id.hex[:16].upper()}-0000{number}" for number in (1, 2)
    ]
    assert folder_of(settings, run.run_id).is_dir()


def test_the_calendar_of_what_is_due():
    assert entry(RunKind.GRANT, "data", "2026-04").due_at == at(4, 1, 0, 5)
    assert entry(RunKind.BILL, "credit", "once").due_at == at(3, 1, 9)
    assert entry(RunKind.UPLIFT_END, "roaming", "end").due_at == at(4, 1, 0, 5)
    assert [each.due_at for each in _cover_days()] == [
        at(2, 1, 0, 5),
        at(3, 1, 0, 5),
        at(4, 1, 0, 5),
    ]
