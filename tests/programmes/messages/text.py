"""Messages of the small programme that check clean, and a tool to change a piece of them."""

from makegood.kernel import Finding
from makegood.programmes import load_messages, load_text
from makegood.programmes.messages.reading import checked_messages
from makegood.programmes.source import parse_document
from tests.programme_text import PROGRAMME

PROGRAMME_MODEL = load_text(PROGRAMME)

MESSAGES = """\
makegood: 1
messages:
  announced:
    for: notice
    measure: credit
    by: [sms]
    subject: {ko: 장애 보상, en: Compensation}
    text:
      ko: '[{operator}] {says} {closes}까지. {code}'
      en: '[{operator}] {says} Until {closes}. {code}'
  remember:
    for: reminder
    by: [sms, mail]
    subject: {ko: 아직 신청하지 않으셨습니다, en: You have not applied}
    text:
      ko: '{measure} 신청은 {closes}까지입니다. 확인번호 {code}'
      en: 'Apply for {measure} until {closes}. Code {code}'
  paid:
    for: paid
    measure: credit
    by: [sms]
    subject: {ko: 지급, en: Paid}
    text:
      ko: '{amount}을(를) 지급했습니다. {code}'
      en: '{amount} paid. {code}'
"""


def changed(old: str, new: str, text: str = MESSAGES) -> str:
    """The messages with one piece replaced; the piece must stand there exactly once."""
    assert text.count(old) == 1, f"{text.count(old)} times in the messages: {old!r}"
    return text.replace(old, new)


def findings_of(text: str) -> list[Finding]:
    document = parse_document(text, "messages.yaml")
    return checked_messages(document, PROGRAMME_MODEL)[1]


def loaded(text: str = MESSAGES):
    return load_messages(text, PROGRAMME_MODEL)
