"""A new version in the middle: what it adds comes, what it takes away stays with who has it."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from makegood.configuration import Settings
from makegood.programmes import load_text
from makegood.runs import (
    RunKind,
    RunState,
    check_run,
    demands,
    plan_follow_up,
    plan_run,
    top_ups,
)
from makegood.runs.planning.earlier import item_files
from makegood.runs.rows import execute, run_of
from makegood.trust.clock import now
from tests.programme_text import changed
from tests.redress.outage_lines import published
from tests.runs.planning.gift import (
    NAME,
    TEXT,
    at,
    in_force,
    items,
    left_out,
    lines,
    on,
    planned,
)

MORE_PEOPLE = changed(
    """\
      other_brand:
        when: brand = 'other'
        because: {ko: 알뜰폰 회선입니다, en: another brand}
    grant""",
    "    grant",
    TEXT,
)
MORE_MONEY = changed("prorate(fee, 50, 100, down)", "prorate(fee, 60, 100, down)", TEXT)
LESS_FOR_SOME = changed(
    "prorate(fee, 50, 100, down)",
    "CASE WHEN fee > 40000 THEN 20000 ELSE 40000 END",
    TEXT,
)


def close(settings: Settings, run, failed: tuple[str, ...] = ()):
    """The run was carried out; all went well but for some lines."""
    for path in item_files(settings, run):
        for row in pq.read_table(path).to_pylist():
            if row["line_id"] in failed:
                execute(
                    "INSERT INTO runs_exception (run_id, item_key, item, shard, line_id, attempt,"
                    " amount, outcome, code, told_at)"
                    " VALUES (%s, %s, %s, 1, %s, %s, %s, 'failed', '', %s)",
                    [
                        *(run.run_id, row["key"], row["item"], row["line_id"]),
                        *(row["attempt"], row["amount"], now()),
                    ],
                )
    execute("UPDATE runs_run SET state = 'closed' WHERE run_id = %s", [run.run_id])


@pytest.fixture(autouse=True)
def _march():
    with on(at(3, 2, 14)):
        yield


def test_lines_that_come_to_qualify_get_the_months_that_others_have(settings: Settings, tmp_path):
    in_force(tmp_path)
    first = planned(settings, RunKind.GRANT, "data", "2026-02")
    lines(tmp_path, date(2026, 2, 20), L06={"status": "left"})
    assert demands(load_text(TEXT), at(3, 2, 14)) == ()
    published(MORE_PEOPLE)
    programme = load_text(MORE_PEOPLE)
    found = [each for each in demands(programme, at(3, 2, 14)) if each.period == "2026-02"]
    assert [(each.kind, each.due_at) for each in found] == [(RunKind.GRANT, at(3, 2, 0, 5))]
    run = plan_run(settings, NAME, found[0], "system:worker")
    # Over the facts of that month: what changed since is no reason.
    assert (run.snapshot_sha256, run.sequence) == (first.snapshot_sha256, 1)
    assert set(items(settings, run)) == {"L04", "L05"}
    assert left_out(settings, run)["L01"] == f"already:{str(first.run_id)[:8]}"
    assert check_run(settings, run.run_id).state is RunState.CHECKED
    assert [e for e in demands(programme, at(3, 2, 14)) if e.period == "2026-02"] == []


def test_a_better_amount_is_proposed_and_never_paid_by_itself(settings: Settings, tmp_path):
    in_force(tmp_path)
    bill = planned(settings, RunKind.BILL, "credit")
    published(MORE_MONEY)
    # Nothing is reckoned against what may still fail; that it goes on is told.
    [found] = top_ups(settings, NAME)
    assert (found.heads, found.amount, found.unfinished) == (0, 0, 1)
    close(settings, bill, failed=("L08",))
    [found] = top_ups(settings, NAME)
    assert (found.heads, found.amount, found.difference.worse) == (5, 5 * 5_000, 0)
    period = f"top-up {load_text(MORE_MONEY).sha256[:12]} {bill.snapshot_sha256[:12]}"
    assert (found.due.kind, found.due.period) == (RunKind.TOP_UP, period)
    run = plan_run(settings, NAME, found.due, "console:root")
    assert {line: amount for line, (amount, _) in items(settings, run).items()} == dict.fromkeys(
        ("L01", "L02", "L04", "L05", "L07"), 5_000
    )
    assert left_out(settings, run) == {
        "L03": "not_in_scope",
        "L06": "nothing_to_add",
        "L08": "nothing_to_add",
    }
    assert run.needs_release is True
    assert check_run(settings, run.run_id).state is RunState.CHECKED
    close(settings, run)
    assert [(each.heads, each.amount) for each in top_ups(settings, NAME)] == [(0, 0)]


def test_what_is_worse_is_listed_and_nothing_is_taken_back(settings: Settings, tmp_path):
    in_force(tmp_path)
    close(settings, planned(settings, RunKind.BILL, "credit"))
    published(LESS_FOR_SOME)
    [found] = top_ups(settings, NAME)
    assert (found.difference.worse, found.difference.worse_by) == (5, 25_000)
    assert (found.heads, found.amount) == (1, 25_000)


def test_a_follow_up_takes_what_failed_and_nothing_else(settings: Settings, tmp_path):
    in_force(tmp_path)
    first = planned(settings, RunKind.GRANT, "data", "2026-02")
    close(settings, first, failed=("L01", "L08"))
    run = plan_follow_up(settings, first.run_id, "console:root")
    assert run
    assert (run.follows, run.sequence, run.items, run.decided) == (first.run_id, 1, 2, 2)
    before = pa.concat_tables(pq.read_table(p) for p in item_files(settings, first)).to_pylist()
    keys = {row["line_id"]: row["key"] for row in before}
    after = pq.read_table(item_files(settings, run)[0]).to_pylist()
    assert [(row["line_id"], row["key"], row["attempt"]) for row in after] == [
        (line, keys[line], 2) for line in ("L01", "L08")
    ]
    assert check_run(settings, run.run_id).state is RunState.CHECKED
    assert plan_follow_up(settings, first.run_id, "console:root") is None
    assert run_of(run.run_id).due_at == first.due_at
