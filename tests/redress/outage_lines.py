"""The outage of tests/programme_text.py with more to choose, its lines, and who works there."""

from datetime import date
from pathlib import Path

import pyarrow as pa

from makegood.kernel import day_of
from makegood.population import SnapshotWriter, schema_of
from makegood.programmes import load_text
from makegood.publication import propose, publish
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.trust.access.visitors import agent

MORE = """\
  pass:
    title: {ko: 이용권, en: Pass}
    promise: {ko: 하나를 드립니다., en: One of two passes.}
    base: customers
    choice:
      options:
        music: {title: {ko: 음악, en: Music}, pool: music_pool}
        film: {title: {ko: 영화, en: Film}, pool: film_pool}
      months: 6
      choose_from: 2026-03-05T09:00
      choose_until: 2026-03-20T18:00
  coupons:
    title: {ko: 쿠폰, en: Coupons}
    promise: {ko: 쿠폰을 드립니다., en: Coupons of partners.}
    base: customers
    discount:
      first_month: 2026-03
      months: 1
      offers:
        - {partner: {ko: 카페, en: Café}, offer: {ko: 커피, en: A coffee}, from: 2026-03-05, until: 2026-03-10, use_by: 2026-03-31, pool: coffee_pool}
        - {partner: {ko: 극장, en: Cinema}, offer: {ko: 표, en: A ticket}, from: 2026-03-11, until: 2026-03-20, use_by: 2026-03-31}
notices:
"""  # noqa: E501 - one offer, one line
TEXT = changed("notices:\n", MORE)
OUTAGE = date(2026, 3, 1)
LATER = date(2026, 3, 15)
IN_USE = {"status": "in_use", "holder_age": 40, "opened_on": date(2020, 1, 1), "fee": 60_000}


def line(**changes: object) -> dict[str, object]:
    return IN_USE | changes


def published(text: str = TEXT) -> None:
    """The text is put in force by two persons."""
    programme = load_text(text)
    author = agent("sujin", Role.REMEDIATION_AUTHOR)
    made = propose(author, programme, "the board agreed on it")
    approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
    publish(author, programme)


def snapshot(
    out: Path, lines: dict[str, dict[str, object]], as_of: date = OUTAGE, text: str = TEXT
) -> Path:
    """A folder with these lines."""
    programme = load_text(text)
    rows = [{"line_id": name, **facts} for name, facts in sorted(lines.items())]
    with SnapshotWriter(
        out,
        programme.facts,
        programme=programme.identifier,
        programme_sha256=programme.sha256,
        as_of=as_of,
        source={"kind": "test", "name": out.name},
        clock=clock.clock(),
    ) as writer:
        schema = schema_of(programme.facts)
        writer.add(pa.Table.from_pylist(rows, schema=schema))
        return writer.finish().snapshot.folder


def console() -> Visitor:
    return Visitor.console("root")


def fact_days(values: dict[str, object]) -> dict[str, object]:
    """Engine values with the day of opening as a date again."""
    opened = values["opened_on"]
    return values | {"opened_on": day_of(opened) if isinstance(opened, int) else None}
