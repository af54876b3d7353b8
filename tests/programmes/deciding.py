"""Tables of lines with the decisions they must get, as text, and the decider that proves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from makegood.decisions import BaseOrigin, BaseSource, LineDecider, LineDecision
from makegood.kernel import day_number
from makegood.programmes import Programme, load_programme

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
FILES = {
    "kt-2025": ROOT / "programmes" / "kt-2025" / "programme.yaml",
    "skt-2025": ROOT / "programmes" / "skt-2025" / "programme.yaml",
    "kt-2021": ROOT / "programmes" / "kt-2021" / "programme.yaml",
    "rogers-2022": ROOT / "programmes" / "rogers-2022" / "programme.yaml",
    "telco-churn": ROOT / "examples" / "telco-churn" / "programme.yaml",
}

Facts = Mapping[str, date | int | str | bool | None]


@dataclass(frozen=True, slots=True)
class Case:
    """A line by its facts, and what each of the named measures must say of it."""

    programme: str
    name: str
    facts: Facts
    gives: Mapping[str, str]


@cache
def programme_of(name: str) -> Programme:
    """The checked programme."""
    return load_programme(FILES[name])


@cache
def decider_of(name: str) -> LineDecider:
    """A decider to which membership of a base is told, as ``base.NAME``."""
    programme = programme_of(name)
    told = {key: BaseSource(base, BaseOrigin.GIVEN) for key, base in programme.bases.items()}
    return LineDecider(programme, told)


def decided(programme: str, facts: Facts) -> dict[str, str]:
    """What every measure says of a line: ``granted:on_application 151,800``."""
    values = {
        name: day_number(value) if isinstance(value, date) else value
        for name, value in facts.items()
    }
    return {d.measure: shown(d) for d in decider_of(programme).decide(values)}


def shown(decision: LineDecision) -> str:
    """A decision as the tables have it: label, amount, further exclusions, missing facts."""
    words = [decision.meaning.label]
    if decision.amount is not None:
        words.append(f"{decision.amount:,}")
    if decision.also:
        words.append(f"also {' '.join(decision.also)}")
    if decision.missing:
        words.append(f"lacks {' '.join(decision.missing)}")
    return " ".join(words)


def cases() -> list[Case]:
    """Every case of every table. A case is the table's line with some facts changed."""
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        table = YAML(typ="safe").load(path)
        for row in table["cases"]:
            name, changed, gives = row["name"], row.get("with") or {}, row["gives"]
            found.append(Case(path.stem, name, {**table["line"], **changed}, gives))
    return found
