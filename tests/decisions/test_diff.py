"""Two versions compared: against deciding every line by both, one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from makegood.cli.tables import comparison_json, show_comparison
from makegood.decisions import (
    Comparison,
    KeyChange,
    LineDecider,
    LineDecision,
    base_sources,
    diff,
    line_facts,
)
from makegood.decisions.changed_keys import key_changes
from makegood.kernel import MakegoodError
from makegood.population import Snapshot, sample_lines
from makegood.programmes import Programme
from tests.decisions.outage import BASE, CLAIM, HEAD, line, measure, population, programme
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


def keyed(old: Programme, new: Programme) -> dict[str, tuple[Any, Any]]:
    return {change.path: (change.old, change.new) for change in key_changes(old, new)}


def test_a_window_that_moves_no_line_is_told(tmp_path: Path) -> None:
    old = programme(measure("credit", claim=True), head=HEAD)
    text = CLAIM.replace("2026-03-31T18:00", "2026-03-30T18:00").replace("[web]", "[web, shop]")
    new = programme(measure("credit", claim=True).replace(CLAIM, text))
    found = diff(old, new, population(tmp_path / "population", old, [line()]))
    assert (found.unchanged, found.changes) == (1, ())
    claim = "measures.credit.claim"
    assert found.keys == (
        KeyChange(f"{claim}.to", "2026-03-31T18:00:00", "2026-03-30T18:00:00"),
        KeyChange(f"{claim}.through", ["web"], ["web", "shop"]),
    )
    assert diff(old, old, population(tmp_path / "again", old, [line()])).keys == ()


GRANT = """\
    grant: {quantity: 100, unit: {ko: GB, en: GB}, first_month: 2026-04, months: 3}
"""
OFFERS = """\
    discount:
      first_month: 2026-04
      months: 1
      offers:
        - partner: {ko: 서점, en: the bookshop}
          offer: {ko: 할인, en: money off}
          from: 2026-04-01
          until: 2026-04-30
          use_by: 2026-07-31
          cap: 10000
"""


def other_kind(kind: str) -> Programme:
    """A programme whose one measure has this kind."""
    return programme(measure("data", amount=None).rsplit("    uplift", 1)[0] + kind)


@pytest.mark.parametrize(
    ("kind", "was", "becomes", "told"),
    [
        (GRANT, "months: 3", "months: 1", {"measures.data.grant.months": (3, 1)}),
        (GRANT, "en: GB", "en: MB", {"measures.data.grant.unit.en": ("GB", "MB")}),
        (OFFERS, "10000", "1000", {"measures.data.discount.offers.0.cap": (10_000, 1_000)}),
        (OFFERS, "          cap: 10000\n", "",
         {"measures.data.discount.offers.0.cap": (10_000, None)}),
    ],
)  # fmt: skip
def test_quantities_and_texts(
    kind: str, was: str, becomes: str, told: dict[str, tuple[Any, Any]]
) -> None:
    old, new = other_kind(kind), other_kind(kind.replace(was, becomes))
    assert keyed(old, new) == told
    assert keyed(new, old) == {path: (after, before) for path, (before, after) in told.items()}


def test_rules_and_their_order() -> None:
    rule = keyed(OLD, VERSIONS["another scope"])
    assert rule == {"measures.credit.for": ("opened_on < outage", "opened_on <= outage")}
    order = keyed(OLD, VERSIONS["exclusions the other way round"])
    assert order == {"measures.credit.except": (["child", "company"], ["company", "child"])}
    more = keyed(OLD, VERSIONS["a measure more"])
    assert more["measures.more.discount.amount"] == (None, "deposit")
    assert all(before is None for before, _ in more.values())
    assert keyed(OLD, OLD) == {}


@pytest.mark.parametrize(
    "currency", ["{code: EUR, minor_digits: 0}", "{code: KRW, minor_digits: 2}"]
)
def test_another_currency_is_refused(tmp_path: Path, currency: str) -> None:
    new = programme(CREDIT, head=HEAD.replace("{code: KRW, minor_digits: 0}", currency))
    snapshot = population(tmp_path / "population", OLD, [line()])
    with pytest.raises(MakegoodError) as error:
        diff(OLD, new, snapshot)
    (finding,) = error.value.findings
    assert finding.code == "MG619"
    assert "cannot compare amounts in different currencies" in finding.message


def on_day(day: date) -> Programme:
    return programme(
        measure("credit", base="customers"), bases=BASE.replace("2026-03-01", day.isoformat())
    )


def test_another_base_day(tmp_path: Path) -> None:
    """Each version reads the base of its own day, whichever way round they are given."""
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    old, new = map(on_day, days)
    was = [line(), line(years=13), line()]
    becomes = [line(), line(), line(status="closed")]
    bases = [
        population(tmp_path / f"{day}", old, lines, day)
        for day, lines in zip(days, (was, becomes), strict=True)
    ]
    snapshot = population(tmp_path / "population", old, [line()] * 3, date(2026, 3, 20))
    for given in (bases, bases[::-1]):
        found = diff(old, new, snapshot, given)
        told = {change.examples: change.effect for change in found.changes}
        assert (found.unchanged, told) == (1, {("L1",): "gains", ("L2",): "loses"})
        assert found.keys == (
            KeyChange("bases.customers.as_of", days[0].isoformat(), days[1].isoformat()),
        )


def test_a_snapshot_that_neither_version_asks_for(tmp_path: Path) -> None:
    old, new = on_day(date(2026, 3, 1)), on_day(date(2026, 3, 2))
    base = population(tmp_path / "base", old, [line()], date(2026, 3, 3))
    snapshot = population(tmp_path / "population", old, [line()], date(2026, 3, 20))
    with pytest.raises(MakegoodError) as error:
        diff(old, new, snapshot, [base])
    (finding,) = error.value.findings
    assert finding.code == "MG602"
    assert "is as of 2026-03-03" in finding.message
    assert "2026-03-01, 2026-03-02" in finding.hint


def test_as_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("makegood.cli.tables.out", Console(width=200, soft_wrap=True))
    new = other_kind(GRANT.replace("months: 3", "months: 1"))
    old = other_kind(GRANT)
    found = diff(old, new, population(tmp_path / "population", old, [line()]))
    show_comparison(new, found)
    told = capsys.readouterr().out
    assert "changed keys" in told
    assert "measures.data.grant.months │ 3   │ 1" in told
    assert comparison_json(old, new, found)["keys"] == [
        {"path": "measures.data.grant.months", "old": 3, "new": 1}
    ]
