"""The page of the plan shows every run there was, in the order of time, with what became of it."""

from __future__ import annotations

PLAN = "/programmes/gift-2026/plan/"


def test_a_run_that_no_date_of_the_file_brings_has_its_row_and_leads_to_itself(world, signed_in):
    from makegood.runs.rows import execute

    execute(
        "UPDATE runs_run SET due_at = due_at + interval '2 days', state = 'cancelled'"
        " WHERE run_id = %s",
        [world.waiting.run_id],
    )
    payer = signed_in("payer")
    page = payer.get(PLAN).content.decode()
    table = page[page.index("<table") :]
    grant, credit = (table.index(f'href="{each}"') for each in (world.grant, world.credit))
    assert grant < credit
    assert "취소" in table[credit : credit + 300]
    rows = payer.get(PLAN, {"download": "plan"}).content.decode("utf-8-sig").splitlines()
    [gone] = [row for row in rows if "cancelled" in row or "취소" in row]
    assert gone.startswith("2026-03-03T09:00:00+09:00")
