"""A small programme that checks clean, and a tool to change a piece of it."""

PROGRAMME = """\
makegood: 1
programme: outage-2026
title: {ko: 장애 보상, en: Compensation for the outage}
summary: {ko: 한 시간 동안 통신이 끊겼습니다., en: The network was down for an hour.}
operator: {ko: 통신사, en: The operator}
languages: [ko, en]
currency: {code: KRW, minor_digits: 0}
time_zone: Asia/Seoul
dates:
  outage: 2026-03-01
facts:
  status:
    type: enum
    label: {ko: 상태, en: status}
    values:
      in_use: {ko: 이용 중, en: in use}
      closed: {ko: 해지, en: closed}
  holder_age:
    type: integer
    label: {ko: 나이, en: age}
    max: 130
    missing: unknown
  opened_on:
    type: date
    label: {ko: 가입일, en: opened on}
    missing: none
  fee:
    type: money
    label: {ko: 월 요금, en: monthly fee}
    max: 100000
tables:
  rates:
    bands:
      - {through: 6, rate: 100}
      - {through: 12, rate: 50}
formulas:
  daily_fee:
    value: prorate(fee, 1, 30, down)
bases:
  customers:
    as_of: 2026-03-01
    where: status = 'in_use'
    label: {ko: 이용 고객, en: customers}
measures:
  credit:
    title: {ko: 요금 환급, en: Credit}
    promise: {ko: 하루 요금을 돌려드립니다., en: A day's fee is paid back.}
    base: customers
    for: opened_on < outage
    except:
      child:
        when: holder_age < 14
        because: {ko: 미성년자입니다, en: the holder is a child}
    refund:
      amount: daily_fee + prorate(fee, bands(3, rates), 10000, down)
      pay: {table: [{applied_by: 2026-03-31, pay_on: 2026-04-10}]}
    claim: {from: 2026-03-02T09:00, to: 2026-03-31T18:00, through: [web]}
    remind: [2026-03-20T10:00]
notices:
  - at: 2026-03-02T10:00
    by: [sms]
    measure: credit
    says: {ko: 신청하세요., en: You may apply.}
"""


def changed(old: str, new: str, text: str = PROGRAMME) -> str:
    """The programme with one piece replaced; the piece must stand there exactly once."""
    assert text.count(old) == 1, f"{text.count(old)} times in the programme: {old!r}"
    return text.replace(old, new)
