"""A small programme in pieces, and lines written as people write them, for tests of decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from makegood.decisions import DecisionOutcome, Decisions, LineDecision, decide, meanings
from makegood.kernel import FixedClock, day_number
from makegood.population import LINE_ID, Snapshot, SnapshotWriter, schema_of
from makegood.programmes import Programme, load_text
from makegood.rules import Kind

CLOCK = FixedClock(datetime(2026, 4, 1, 9, tzinfo=UTC))
AS_OF = date(2026, 3, 1)

YEARS = """\
  years:
    type: integer
    max: 130
    missing: unknown
    label: {ko: 나이, en: age}
    unit: {ko: 세, en: years}
"""
HEAD = f"""\
makegood: 1
programme: outage
title: {{ko: 장애 보상, en: Compensation for the outage}}
summary: {{ko: 통신이 끊겼습니다., en: The network was down.}}
operator: {{ko: 통신사, en: The operator}}
languages: [ko, en]
currency: {{code: KRW, minor_digits: 0}}
time_zone: Asia/Seoul
dates: {{outage: 2026-03-01}}
facts:
  status:
    type: enum
    label: {{ko: 상태, en: status}}
    values:
      in_use: {{ko: 이용 중, en: in use}}
      closed: {{ko: 해지, en: closed}}
  opened_on: {{type: date, label: {{ko: 가입일, en: day of opening}}}}
  closed_on: {{type: date, label: {{ko: 해지일, en: day of closing}}, missing: none}}
{YEARS}  fee: {{type: money, max: 1000000, missing: unknown, label: {{ko: 요금, en: fee}}}}
  deposit: {{type: money, max: 1000000, label: {{ko: 보증금, en: deposit}}}}
  company: {{type: boolean, missing: unknown, label: {{ko: 법인, en: company}}}}
"""

CLAIM = "    claim: {from: 2026-03-02T09:00, to: 2026-03-31T18:00, through: [web]}\n"
BASE = """\
bases:
  customers:
    as_of: 2026-03-01
    where: status = 'in_use' AND years >= 14
    label: {ko: 이용 고객, en: customers}
"""

# A line about which everything is known; a test says what is otherwise.
PLAIN = {
    "status": "in_use",
    "opened_on": date(2020, 2, 29),
    "closed_on": None,
    "years": 40,
    "fee": 30_000,
    "deposit": 5_000,
    "company": False,
}


def programme(*measures: str, head: str = HEAD, bases: str = "", formulas: str = "") -> Programme:
    """A checked programme of some measures."""
    return load_text(head + formulas + bases + "measures:\n" + "".join(measures))


def measure(
    name: str,
    *,
    scope: str = "TRUE",
    exclusions: Mapping[str, str] | None = None,
    amount: str | None = "deposit",
    base: str = "",
    claim: bool = False,
    automatic: str = "",
    late: str = "",
) -> str:
    """A measure as it is written in the file: a discount of an amount, or more data without one."""
    text = f"""\
  {name}:
    title: {{ko: {name}, en: the {name}}}
    promise: {{ko: 드립니다., en: It is given.}}
    for: {scope}
"""
    text += f"    base: {base}\n" if base else ""
    text += f"    automatic: {automatic}\n" if automatic else ""
    text += CLAIM if claim or automatic or late else ""
    if late:
        text += f"    late:\n      for: {late}\n"
        text += "      because: {ko: 늦음, en: kept away}\n"
        text += "      document: {ko: 확인서, en: certificate}\n"
    if exclusions:
        text += "    except:\n"
    for key, when in (exclusions or {}).items():
        text += f"      {key}:\n        when: {when}\n"
        text += f"        because: {{ko: {key} 때문입니다, en: because of {key}}}\n"
    if amount is None:
        return text + "    uplift: {percent: 50, of: {ko: 데이터, en: data}, until: 2026-08-31}\n"
    return text + f"    discount:\n      amount: {amount}\n      bill: 2026-04\n"


def line(**changed: Any) -> dict[str, Any]:
    """A line's facts: the plain line with some changed."""
    assert set(changed) <= set(PLAIN)
    return PLAIN | changed


def population(
    folder: Path,
    given: Programme,
    lines: Sequence[Mapping[str, Any]] | Mapping[str, Mapping[str, Any]],
    as_of: date = AS_OF,
) -> Snapshot:
    """A snapshot of some lines, named L0, L1, … unless they have names."""
    named = lines if isinstance(lines, Mapping) else {f"L{i}": each for i, each in enumerate(lines)}
    with SnapshotWriter(
        folder,
        given.facts,
        programme=given.identifier,
        programme_sha256=given.sha256,
        as_of=as_of,
        source={"kind": "test", "name": folder.name},
        clock=CLOCK,
    ) as writer:
        writer.add(table_of(given, dict(sorted(named.items()))))
        return writer.finish().snapshot


def table_of(given: Programme, named: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """Lines by their name, as a snapshot holds them."""
    schema = schema_of(given.facts)
    columns = [pa.array(list(named), pa.string())]
    for name in given.facts:
        kind = schema.field(name).type
        values = [facts[name] for facts in named.values()]
        plain = pa.array(values, pa.string() if pa.types.is_dictionary(kind) else kind)
        columns.append(plain.dictionary_encode().cast(kind) if plain.type != kind else plain)
    return pa.Table.from_arrays(columns, schema=schema)


def decided(
    folder: Path, given: Programme, snapshot: Snapshot, bases: Sequence[Snapshot] = ()
) -> DecisionOutcome:
    """Decisions in bulk."""
    return decide(given, snapshot, bases, folder, clock=CLOCK)


def told(decisions: Decisions, given: Programme, name: str) -> list[str]:
    """A measure's decisions by line: ``granted:automatic 5,000``, ``undetermined lacks fee``."""
    tables = [parquet.read_table(path, partitioning=None) for path in decisions.part_paths()]
    means = meanings(given.measures[name])
    rows = []
    for row in pa.concat_tables(tables).to_pylist():
        words = [means[row[name]].label]
        amount, mask = row.get(f"amount_of_{name}"), row.get(f"missing_of_{name}")
        words += [f"{amount:,}"] if amount is not None else []
        words += [f"lacks {' '.join(lacking(decisions, mask))}"] if mask is not None else []
        rows.append(" ".join(words))
    return rows


def lacking(decisions: Decisions, mask: int) -> list[str]:
    """The facts in a mask."""
    return [name for bit, name in enumerate(decisions.missing_bits) if mask >> bit & 1]


def ids(decisions: Decisions) -> list[str]:
    """The line ids of all parts, as they stand there."""
    tables = [parquet.read_table(path, partitioning=None) for path in decisions.part_paths()]
    found: list[str] = pa.concat_tables(tables)[LINE_ID].to_pylist()
    return found


def engine_facts(given: Programme, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A line's facts as the engines hold them."""
    return {
        name: day_number(value)
        if value is not None and given.facts[name].kind is Kind.DATE
        else value
        for name, value in facts.items()
    }


def in_words(decisions: Iterable[LineDecision]) -> dict[str, str]:
    """Decisions for one line, by measure, in the words of ``told``."""
    found = {}
    for decision in decisions:
        words = [decision.meaning.label]
        words += [f"{decision.amount:,}"] if decision.amount is not None else []
        words += [f"lacks {' '.join(decision.missing)}"] if decision.missing else []
        found[decision.measure] = " ".join(words)
    return found
