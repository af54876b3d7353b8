"""Two versions compared: against deciding every line by both, one by one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from makegood.decisions import Comparison, LineDecider, LineDecision, base_sources, diff, line_facts
from makegood.population import Snapshot, sample_lines
from makegood.programmes import Programme
from tests.decisions.outage import BASE, line, measure, population, programme
from tests.decisions.test_kept import lines

CREDIT = measure(
    "credit",
    scope="opened_on < outage",
    exclusions={"child": "years < 14", "company": "company"},
    automatic="fee > 50000",
    amount="prorate(fee, 7, 30, down)",
)
DATA = measure("data", scope="status = 'in_use'", amount=None)
OLD = programme(CREDIT, DATA)

VERSIONS = {
    "nothing": OLD,
    "another scope": programme(CREDIT.replace("opened_on < outage", "opened_on <= outage"), DATA),
    "an exclusion less": programme(
        measure("credit", scope="opened_on < outage", exclusions={"company": "company"},
                automatic="fee > 50000", amount="prorate(fee, 7, 30, down)"),
        DATA,
    ),
    "an exclusion put first": programme(
        measure("credit", scope="opened_on < outage",
                exclusions={"over": "closed_on < outage", "child": "years < 14",
                            "company": "company"},
                automatic="fee > 50000", amount="prorate(fee, 7, 30, down)"),
        DATA,
    ),
    "exclusions the other way round": programme(
        measure("credit", scope="opened_on < outage",
                exclusions={"company": "company", "child": "years < 14"},
                automatic="fee > 50000", amount="prorate(fee, 7, 30, down)"),
        DATA,
    ),
    "a reason with another name": programme(CREDIT.replace("child:", "minor:"), DATA),
    "amounts up and down": programme(
        CREDIT.replace("prorate(fee, 7, 30, down)", "least(9000, prorate(fee, 8, 30, down))"), DATA
    ),
    "an amount that can no longer be missing": programme(
        CREDIT.replace("amount: prorate(fee, 7, 30, down)", "amount: deposit"), DATA
    ),
    "another way": programme(CREDIT.replace("fee > 50000", "deposit > 4000"), DATA),
    "money becomes something else": programme(
        measure("credit", scope="opened_on < outage", automatic="fee > 50000", amount=None,
                exclusions={"child": "years < 14", "company": "company"}),
        DATA,
    ),
    "a measure more": programme(CREDIT, DATA, measure("more", scope="company", amount="deposit")),
    "a measure less": programme(CREDIT),
    "all others": programme(measure("other", scope="years > 30")),
    "a base": programme(
        CREDIT.replace("    claim:", "    base: customers\n    claim:"), DATA, bases=BASE
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """2,000 lines in three parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("makegood.population.writer.PART_ROWS", 900)
        named = {f"L{i:04d}": each for i, each in enumerate(lines(2_000, seed=7))}
        return population(tmp_path_factory.mktemp("diff") / "population", OLD, named)


Told = Counter[tuple[str, str, str, int]]


def by_hand(old: Programme, new: Programme, snapshot: Snapshot) -> tuple[int, Told, Told, Told]:
    """Unchanged lines; then lines, old amounts and new amounts by measure, was, becomes, sign."""
    deciders = [LineDecider(each, base_sources(each, snapshot.as_of, [])) for each in (old, new)]
    unchanged = 0
    counted, was, becomes = Told(), Told(), Told()
    for _, values in sample_lines(snapshot, snapshot.rows, seed=0):
        before, after = ({d.measure: d for d in each.decide(values)} for each in deciders)
        keys = [_key(name, before.get(name), after.get(name)) for name in {**before, **after}]
        changed = [key for key in keys if key[1] != key[2] or key[3]]
        unchanged += not changed
        for key in changed:
            counted[key] += 1
            was[key] += _amount(before.get(key[0]))
            becomes[key] += _amount(after.get(key[0]))
    return unchanged, counted, was, becomes


def _key(
    name: str, old: LineDecision | None, new: LineDecision | None
) -> tuple[str, str, str, int]:
    sign = 0
    if old and new and "granted" in old.meaning.label and "granted" in new.meaning.label:
        sign = (_amount(new) > _amount(old)) - (_amount(new) < _amount(old))
    return name, _label(old), _label(new), sign


def _label(decision: LineDecision | None) -> str:
    return decision.meaning.label if decision else "-"


def _amount(decision: LineDecision | None) -> int:
    return (decision.amount or 0) if decision else 0


@pytest.mark.parametrize("which", VERSIONS)
@pytest.mark.parametrize("forth", [True, False], ids=["forth", "back"])
def test_as_counted_line_by_line(snapshot: Snapshot, which: str, forth: bool) -> None:
    old, new = (OLD, VERSIONS[which]) if forth else (VERSIONS[which], OLD)
    found = diff(old, new, snapshot)
    unchanged, counted, was, becomes = by_hand(old, new, snapshot)
    assert (found.lines, found.unchanged) == (2_000, unchanged)
    assert _told(found, "lines") == counted
    assert _told(found, "old_amount") == Counter({key: was[key] for key in counted})
    assert _told(found, "new_amount") == Counter({key: becomes[key] for key in counted})
    assert (which == "nothing") is (unchanged == 2_000)
    _examples_are_real(found, old, new, snapshot)


def _told(found: Comparison, what: str) -> Told:
    told = Told()
    for change in found.changes:
        old = change.old.label if change.old else "-"
        new = change.new.label if change.new else "-"
        both = "granted" in old and "granted" in new
        sign = (change.new_amount > change.old_amount) - (change.new_amount < change.old_amount)
        told[change.measure, old, new, sign if both else 0] += getattr(change, what)
    return told


def _examples_are_real(
    found: Comparison, old: Programme, new: Programme, snapshot: Snapshot
) -> None:
    deciders = [LineDecider(each, base_sources(each, snapshot.as_of, [])) for each in (old, new)]
    for change in found.changes:
        assert 1 <= len(change.examples) <= 3
        for example in change.examples:
            values = line_facts(snapshot, example, {})
            before, after = ({d.measure: d for d in each.decide(values)} for each in deciders)
            assert _label(before.get(change.measure)) == (change.old.label if change.old else "-")
            assert _label(after.get(change.measure)) == (change.new.label if change.new else "-")


def test_who_gains_and_who_loses(tmp_path: Path) -> None:
    new = programme(
        measure(
            "credit",
            scope="opened_on <= outage",
            exclusions={"child": "years < 15", "company": "company"},
            automatic="fee > 50000",
            amount="greatest(0, least(2 * fee, 100000 - fee))",
        ),
        DATA,
    )
    old = programme(CREDIT.replace("prorate(fee, 7, 30, down)", "fee"), DATA)
    day = old.names.dates["outage"]
    given = [
        line(),
        line(fee=50_000),
        line(fee=60_000),
        line(opened_on=day),
        line(years=14),
        line(company=True, opened_on=day),
    ]
    found = diff(old, new, population(tmp_path / "population", old, given))
    assert found.unchanged == 1
    told = {
        change.examples: (change.effect, change.new_amount - change.old_amount)
        for change in found.changes
    }
    assert told == {
        ("L0",): ("gains", 30_000),
        ("L2",): ("loses", -20_000),
        ("L3",): ("gains", 60_000),
        ("L4",): ("loses", -30_000),
        ("L5",): ("changes", 0),
    }
