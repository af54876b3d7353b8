"""A programme with a waiver to apply for, its lines, whose they are, and the bank they have."""

from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.channels.bank import HolderAnswer
from makegood.kernel import FixedClock
from makegood.redress.claims import Application, advance, submit
from makegood.redress.serving import register
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.policy import Principal, PrincipalKind, Role
from makegood.trust.proposals import approve as approve_proposal
from makegood.trust.vault import Person, store_person
from tests.redress.outage_lines import published, snapshot
from tests.staff_people import installed
from tests.trust.access.visitors import agent

NAME = "relief-2026"
TEXT = """\
makegood: 1
programme: relief-2026
title: {ko: 위약금 면제, en: Waiver}
summary: {ko: 장애로 해지한 고객의 위약금을 면제합니다., en: Penalties are waived.}
operator: {ko: 통신사, en: The operator}
languages: [ko, en]
currency: {code: KRW, minor_digits: 0}
time_zone: Asia/Seoul
contract: contracted_on
dates:
  closes: 2026-01-13
facts:
  left_on:
    type: date
    label: {ko: 해지일, en: left on}
    missing: none
  brand:
    type: enum
    label: {ko: 통신사, en: brand}
    values:
      own: {ko: 자사, en: own}
      other: {ko: 알뜰폰, en: other}
    missing: unknown
  holder:
    type: enum
    label: {ko: 명의자, en: holder}
    values:
      person: {ko: 개인, en: person}
      minor: {ko: 미성년자, en: minor}
      corporation: {ko: 법인, en: corporation}
  holder_age:
    type: integer
    label: {ko: 나이, en: age}
    max: 130
    missing: unknown
  contracted_on:
    type: date
    label: {ko: 계약일, en: contracted on}
    missing: none
  kept_until:
    type: date
    label: {ko: 사유 종료일, en: kept until}
    missing: none
  penalty:
    type: money
    label: {ko: 위약금, en: penalty}
    max: 2000000
measures:
  waiver:
    title: {ko: 위약금 면제, en: The waiver}
    promise: {ko: 위약금을 돌려드립니다., en: The penalty is paid back.}
    for: left_on <= closes
    late:
      for: left_on > closes AND kept_until IS NOT NULL
      because: {ko: 군 복무나 해외 체류, en: military service or a stay abroad}
      document: {ko: 복무확인서, en: a certificate of service}
      pay_within_days: 14
    except:
      other_brand:
        when: brand = 'other'
        because: {ko: 알뜰폰 회선입니다, en: the line is of another brand}
    refund:
      amount: penalty
      to: bank_account
      account:
        holder: holder
        other_name_for: [minor, corporation]
        document: {ko: 가족관계증명서, en: proof of family relation}
      pay:
        table:
          - {applied_by: 2026-01-18, pay_on: 2026-01-22}
          - {applied_by: 2026-01-25, pay_on: 2026-02-05}
          - {applied_by: 2026-01-31, pay_on: 2026-02-19}
        settled_on: plus_days(left_on, 7)
    claim:
      from: 2026-01-14T09:00
      to: 2026-01-31T22:00
      through: [web, call_centre, shop]
  cover:
    title: {ko: 안심 보험, en: Cover}
    promise: {ko: 2년 보장, en: Two years of cover.}
    automatic: holder_age >= 65
    claim: {from: 2026-02-01T09:00, through: [web, call_centre, shop]}
    cover:
      months: 24
      from: 2026-03-01
      against: [{ko: 사기 피해, en: fraud}]
notices: []
"""
SEOUL = ZoneInfo("Asia/Seoul")
OPENS = datetime(2026, 1, 14, 9, 0, tzinfo=SEOUL)
CLOSES = datetime(2026, 1, 31, 22, 0, tzinfo=SEOUL)
IN_TIME = datetime(2026, 1, 15, 10, 0, tzinfo=SEOUL)
AFTERWARDS = datetime(2026, 2, 10, 10, 0, tzinfo=SEOUL)
AS_OF = date(2026, 1, 13)
CONTRACT = "2024-05-02"

_LEFT = {
    "left_on": date(2026, 1, 5),
    "brand": "own",
    "holder": "person",
    "holder_age": 40,
    "contracted_on": date(2024, 5, 2),
    "kept_until": None,
    "penalty": 120_000,
}
LINES = {
    "L0001": _LEFT,
    "L0002": _LEFT | {"penalty": 75_500},
    "L0003": _LEFT | {"brand": "other"},
    "L0004": _LEFT | {"brand": None},
    "L0005": _LEFT | {"holder": "minor", "holder_age": 12},
    "L0006": _LEFT | {"left_on": date(2026, 1, 20), "kept_until": date(2026, 1, 19)},
    "L0007": _LEFT | {"left_on": None},
    "L0008": _LEFT | {"penalty": 0},
    "L0009": _LEFT | {"holder": "corporation"},
    "L0010": _LEFT | {"holder_age": 70},
    "L0011": _LEFT
    | {"left_on": date(2026, 1, 20), "kept_until": date(2026, 1, 19), "holder": "minor"},
}
LINES |= {f"M{number:04}": _LEFT for number in range(40)}
"""By line its facts: ordinary, another amount, excluded, undetermined, minor, late, still here, no
penalty, company, old, late minor; and forty ordinary ones."""

PERSONS = {
    "L0001": "김민수",
    "L0002": "이지연",
    "L0003": "박서준",
    "L0004": "최유리",
    "L0005": "정하늘",
    "L0006": "강도윤",
    "L0007": "조은별",
    "L0008": "윤가람",
    "L0009": "주식회사 한빛",
    "L0010": "임순자",
    "L0011": "한가을",
}
ANYBODY = "누구든"
PARENT = "정대한"


def number_of(line_id: str) -> str:
    """The account number of a line's holder."""
    return f"99{ord(line_id[0])}{line_id[1:]}77"


PLANTED = (
    *PERSONS.values(),
    *(PARENT, "L0001 lives here", "010-7777-0001", "1077770001"),
    *(number_of(line_id) for line_id in LINES),
)
"""What may be nowhere but in ciphertexts."""


class FakeBank:
    """Whose account it is, as the tests' bank says. ``down`` lets it be silent."""

    def __init__(self) -> None:
        self.down = False
        self.holders = {number_of(line): name for line, name in PERSONS.items()}
        self.asked = 0
        self.known_by: dict[str, tuple[object, str]] = {}

    def holder_of(
        self, bank_code: str, number: str, *, holder_kind=None, known_by: str = ""
    ) -> HolderAnswer:
        from makegood.channels.bank import Unreachable
        from makegood.kernel import Finding

        self.asked += 1
        self.known_by[number] = (holder_kind, known_by)
        assert bank_code == "004"
        if self.down:
            raise Unreachable(Finding("MG817", "the bank did not answer", "later"))
        name = self.holders.get(number, "")
        return HolderAnswer(found=bool(name), name=name, code="" if name else "412")


class EveryAccount(FakeBank):
    """A bank at which every further line has its account."""

    def __init__(self, lines: int = 40) -> None:
        super().__init__()
        self.holders |= {number_of(f"M{number:04}"): ANYBODY for number in range(lines)}


def opened(tmp_path, lines=LINES, customers=None):
    """The programme in force, its lines served, their holders in the vault.

    ``customers`` are the pseudonyms of all lines' holders, where those are not the lines.
    """
    published(TEXT)
    folder = snapshot(tmp_path / "lines", lines, AS_OF, TEXT)
    register(Visitor.console("root"), folder, NAME)
    for line_id in customers or lines:
        person = Person(line_id, PERSONS.get(line_id, ANYBODY), "010-7777-0001")
        store_person(person, actor="console:tester")


@contextmanager
def at(instant):
    with clock.use(FixedClock(instant)):
        yield


@contextmanager
def open_in_time(database, tmp_path, monkeypatch):
    """While this lasts the program is installed and applications are in time; its settings."""
    with installed(database, monkeypatch), at(IN_TIME):
        opened(tmp_path)
        yield database.settings


def applicant(line_id: str) -> Visitor:
    """A customer on the website, signed in by a code of the message."""
    principal = Principal(line_id, frozenset({Role.CUSTOMER}), kind=PrincipalKind.CUSTOMER)
    return Visitor(
        principal, f"of-{line_id}", "unknown", "message_code", clock.now(), "outside", "203.0.113.9"
    )


def call_centre():
    return agent("bora")


def shop():
    return agent("nari", Role.SHOP_AGENT, network="shop")


def supervisor():
    return agent("hana", Role.SUPERVISOR)


def second_supervisor():
    return agent("duri", Role.SUPERVISOR)


def application(line_id="L0001", measure="waiver", **changes) -> Application:
    account = {
        "bank_code": "004",
        "account_number": number_of(line_id),
        "account_holder": PERSONS.get(line_id, ANYBODY),
    }
    given = {"through": "call_centre", **(account if measure == "waiver" else {}), **changes}
    return Application(NAME, measure, line_id, **given)


def applied(line_id="L0001", measure="waiver", **changes):
    """The receipt of an application through the call centre."""
    return submit(call_centre(), application(line_id, measure, **changes), case="CALL-1")


def advanced(bank: FakeBank | None = None) -> int:
    from django.conf import settings

    return advance(settings.INSTALLATION, holders=bank or FakeBank())


def agreed(receipt_number: str, amount: int):
    """One proposes the amount, another approves it."""
    from makegood.redress.claims import propose_amount

    made = propose_amount(
        supervisor(), receipt_number, amount, "the document is in order", case="CASE-7"
    )
    approve_proposal(made.proposal_id, by=second_supervisor().actor)
    return made


def wanted(*keys: str):
    """What a run's items say of these claims, as they stand."""
    import pyarrow as pa

    from makegood.redress.claims import PAYABLE_SCHEMA, claims

    found = {claim.key: claim for claim in reversed(claims(limit=10_000)) if claim.key in keys}
    rows = [
        {
            "claim_id": str(claim.claim_id),
            **{name: getattr(claim, name) for name in PAYABLE_SCHEMA.names[1:]},
        }
        for claim in found.values()
    ]
    return pa.Table.from_pylist(rows, schema=PAYABLE_SCHEMA)
