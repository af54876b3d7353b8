"""A programme of everything that runs bring, its lines, and the days on which it is planned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from makegood.configuration import Settings
from makegood.kernel import FixedClock
from makegood.programmes import load_text
from makegood.redress.serving import register
from makegood.runs import Due, RunKind, RunRow, due, plan_run
from makegood.runs.folders import LEFT_OUT, folder_of
from makegood.runs.planning.earlier import item_files
from makegood.trust import clock
from tests.redress.outage_lines import console, published, snapshot

NAME = "gift-2026"
SEOUL = ZoneInfo("Asia/Seoul")
TEXT = """\
makegood: 1
programme: gift-2026
title: {ko: 보답, en: Gift}
summary: {ko: 고객에게 보답합니다., en: Customers are rewarded.}
operator: {ko: 통신사, en: The operator}
languages: [ko, en]
currency: {code: KRW, minor_digits: 0}
time_zone: Asia/Seoul
facts:
  status:
    type: enum
    label: {ko: 상태, en: status}
    values:
      in_use: {ko: 이용 중, en: in use}
      suspended: {ko: 정지, en: suspended}
      left: {ko: 해지, en: left}
  brand:
    type: enum
    label: {ko: 통신사, en: brand}
    values:
      own: {ko: 자사, en: own}
      other: {ko: 알뜰폰, en: other}
    missing: unknown
  holder_age:
    type: integer
    label: {ko: 나이, en: age}
    max: 130
    missing: unknown
  contract:
    type: integer
    label: {ko: 계약 번호, en: number of the contract}
    max: 1000000
    missing: none
  fee:
    type: money
    label: {ko: 월 요금, en: monthly fee}
    max: 100000
bases:
  customers:
    as_of: 2026-01-13
    where: status <> 'left'
    label: {ko: 고객, en: customers}
measures:
  data:
    title: {ko: 데이터, en: Data}
    promise: {ko: 매월 100GB, en: 100 GB a month.}
    base: customers
    except:
      left:
        when: status = 'left'
        because: {ko: 해지된 회선입니다, en: the line has left}
      suspended:
        when: status = 'suspended'
        because: {ko: 정지된 회선입니다, en: the line is suspended}
      other_brand:
        when: brand = 'other'
        because: {ko: 알뜰폰 회선입니다, en: another brand}
    grant: {quantity: 100, unit: {ko: GB, en: GB}, first_month: 2026-02, months: 3}
  roaming:
    title: {ko: 로밍, en: Roaming}
    promise: {ko: 50% 더, en: Half as much again.}
    base: customers
    except:
      left:
        when: status = 'left'
        because: {ko: 해지된 회선입니다, en: the line has left}
    uplift: {percent: 50, of: {ko: 로밍, en: roaming}, until: 2026-03-31}
  credit:
    title: {ko: 요금 할인, en: Credit}
    promise: {ko: 요금의 절반, en: Half of a month.}
    base: customers
    discount: {amount: 'prorate(fee, 50, 100, down)', bill: 2026-03}
  cover:
    title: {ko: 보험, en: Cover}
    promise: {ko: 2년 보장, en: Two years.}
    base: customers
    automatic: holder_age >= 65
    claim: {from: 2026-02-01T09:00, through: [web]}
    cover: {months: 24, against: [{ko: 사기, en: fraud}]}
notices: []
"""
FROZEN = date(2026, 1, 13)
_LINE = {"status": "in_use", "brand": "own", "holder_age": 40, "contract": 7, "fee": 50_000}
LINES: dict[str, dict[str, object]] = {
    "L01": _LINE,
    "L02": _LINE | {"status": "suspended"},
    "L03": _LINE | {"status": "left"},
    "L04": _LINE | {"brand": "other"},
    "L05": _LINE | {"brand": None},
    "L06": _LINE | {"fee": 0, "holder_age": 65},
    "L07": _LINE | {"holder_age": None, "contract": None},
    "L08": _LINE | {"fee": 30_001, "contract": 8},
}
"""Ordinary, suspended, left before, of another brand, of an unknown one, old and without a fee, of
unknown age and without a contract, with another fee."""


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SEOUL)


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    with clock.use(FixedClock(moment)):
        yield


def lines(tmp_path: Path, as_of: date = FROZEN, text: str = TEXT, **changes: object) -> None:
    """Register lines as of a day, some of them changed: ``L01={"fee": 1}``; None takes one out."""
    wanted = {
        name: facts | dict(changes.get(name) or {})  # type: ignore[call-overload]
        for name, facts in LINES.items()
        if changes.get(name, facts) is not None
    }
    name = load_text(text).identifier
    folder = snapshot(tmp_path / f"{name}-{as_of}", wanted, as_of, text)
    register(console(), folder, name)


def in_force(tmp_path: Path, text: str = TEXT) -> None:
    """The programme is published, and its lines of the frozen day are known."""
    published(text)
    lines(tmp_path, text=text)


def entry(kind: RunKind, measure: str, period: str, text: str = TEXT) -> Due:
    """The entry of the calendar."""
    found = [
        each
        for each in due(load_text(text), at(12, 31))
        if (each.kind, each.measure, each.period) == (kind, measure, period)
    ]
    return found[0]


def planned(settings: Settings, kind: RunKind, measure: str, period: str = "once") -> RunRow:
    return plan_run(settings, NAME, entry(kind, measure, period), "console:root")


def items(settings: Settings, run: RunRow) -> dict[str, tuple[int, int]]:
    """By line the amount and quantity of its item."""
    found = {}
    for path in item_files(settings, run):
        for row in pq.read_table(path).to_pylist():
            found[row["line_id"]] = (row["amount"], row["quantity"])
    return found


def left_out(settings: Settings, run: RunRow) -> dict[str, str]:
    """By line why it was left out."""
    table = pq.read_table(folder_of(settings, run.run_id) / LEFT_OUT)
    return {row["line_id"]: row["reason"] for row in table.to_pylist()}
