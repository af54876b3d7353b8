"""A mapping that does not fit is refused with everything that is wrong, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.population import Outcome
from tests.population.making import SMALL, bring_in

_SOUND = {
    "status": "{column: Status, recode: {A: in_use, B: terminated}}",
    "ended_on": '{column: Ended, date: "%Y%m%d"}',
    "months": "{column: Months}",
    "paid": "{column: Paid, rounding: down}",
    "senior": "{column: Senior}",
}


def _import(folder: Path, readings: dict[str, str], line_id: str = "Id") -> Outcome:
    source, mapping = folder / "s.csv", folder / "m.yaml"
    source.write_text("Id,Status,Ended,Months,Paid,Senior,Twice,Twice\n1,A,,1,1,1,,\n")
    facts = "".join(f"  {name}: {reading}\n" for name, reading in readings.items())
    mapping.write_text(f"source: {{format: csv}}\nline_id: {line_id}\nfacts:\n{facts}")
    return bring_in(source, mapping, SMALL, folder / "out")


def test_a_sound_one(tmp_path: Path) -> None:
    assert _import(tmp_path, _SOUND).snapshot.rows == 1


def _findings(folder: Path, readings: dict[str, str], line_id: str = "Id") -> str:
    with pytest.raises(MakegoodError) as error:
        _import(folder, readings, line_id)
    assert not (folder / "out").exists()
    return str(error.value)


@pytest.mark.parametrize(
    ("fact", "reading", "code", "says"),
    [
        ("status", "{column: Statsu}", "MG402", "did you mean 'Status'?"),
        ("status", "{column: Twice}", "MG402", "heads 2 columns"),
        ("statuss", "{column: Status}", "MG403", "did you mean 'status'?"),
        ("status", "{}", "MG401", "nothing says where it comes from"),
        ("status", "{column: Status, constant: in_use}", "MG401", "column and constant says"),
        ("status", "{constant: in_use, recode: {A: in_use}}", "MG401", "no column to work on"),
        ("status", "{absent: true}", "MG405", "never may be empty"),
        ("status", "{column: Status, otherwise: in_use}", "MG401", "needs a 'recode'"),
        ("status", "{column: Status, recode: {A: in_us}}", "MG406", "did you mean 'in_use'?"),
        ("status", "{column: Status, date: '%Y%m%d'}", "MG405", "but the fact is enum"),
        ("status", "{when: [{column: Status}, {constant: in_use}]}", "MG401", "put it last"),
        ("status", "{column: Status, when: [{column: Status}]}", "MG401", "move them into"),
        ("status", "{when: [{if: {Statu: A}, constant: in_use}]}", "MG402", "did you mean"),
        ("status", "{column: Status, recoded: {}}", "MG104", "did you mean 'recode'?"),
        ("ended_on", "{column: Ended, date: '%y%m%d'}", "MG407", "'%y' is unknown in a date"),
        ("ended_on", "{column: Ended, date: '%Y-%m'}", "MG407", "does not name a day"),
        ("ended_on", "{column: Ended, rounding: down}", "MG405", "reads money"),
        ("ended_on", "{column: Ended, decimal: ','}", "MG405", "reads integer or money"),
        ("paid", "{column: Paid, thousands: '.'}", "MG405", "cannot stand both"),
        ("paid", "{column: Paid, thousands: ',', decimal: ','}", "MG405", "cannot stand both"),
        ("paid", "{column: Paid, decimal: ',', default: 0.5}", "MG406", "'0.5' cannot be read"),
        ("ended_on", "{constant: 13.01.2026}", "MG406", "cannot be read as date"),
        ("ended_on", "{column: Ended, date: '%Y%m%d', default: 2026-01-13}", "MG406", "as date"),
        ("ended_on", "{column: Ended, date: '%Y%m%d', months_before_as_of: true}", "MG401", "both"),
        ("months", "{column: Months, default: 1.5}", "MG406", "cannot be read as integer"),
        ("paid", "{column: Paid, rounding: nearest}", "MG107", "rounding"),
        ("paid", "{constant: null}", "MG406", "the constant is empty"),
        ("senior", "{column: Senior, recode: {Y: yes}}", "MG406", "cannot be read as boolean"),
    ],
)
def test_what_does_not_fit(tmp_path: Path, fact: str, reading: str, code: str, says: str) -> None:
    found = _findings(tmp_path, _SOUND | {fact: reading})
    assert code in found
    assert says in found
    assert "m.yaml:" in found


def test_all_at_once(tmp_path: Path) -> None:
    readings = {"status": "{column: X}", "ended_on": "{as_of: true, constant: 1}", "mnths": "{}"}
    found = _findings(tmp_path, readings, line_id="Idd")
    for code in ("MG401", "MG402", "MG403", "MG404"):
        assert code in found
    assert "'paid' is not mapped" in found
    assert found.count("error MG") >= 7
