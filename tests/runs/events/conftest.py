"""A programme with messages, applications for its waiver, and an aggregator that takes messages."""

from collections.abc import Iterator

import pytest

from makegood.channels.messages.fake import FakeAggregator
from makegood.configuration import Settings
from makegood.programmes import load_messages, load_text
from makegood.publication import propose, publish
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.redress.claims import relief
from tests.staff_people import installed
from tests.trust.access.visitors import agent

MESSAGES = """\
makegood: 1
messages:
  received:
    for: received
    by: [sms, mail]
    urgent: true
    subject: {ko: 접수, en: Received}
    text: {ko: '접수했습니다. {receipt} {code}', en: 'We have it. {receipt} {code}'}
  approved:
    for: approved
    measure: waiver
    by: [sms]
    subject: {ko: 승인, en: Approved}
    text:
      ko: '{amount}을(를) {pay_on}에 드립니다. {receipt} {code}'
      en: '{amount} on {pay_on}. {receipt} {code}'
  refused:
    for: refused
    measure: waiver
    by: [sms]
    subject: {ko: 결과, en: Result}
    text: {ko: '사유: {reason}. {receipt} {code}', en: 'Because {reason}. {receipt} {code}'}
"""


def in_force(messages: str = MESSAGES, text: str = relief.TEXT) -> None:
    """The programme with these messages, put in force by two persons."""
    programme = load_text(text)
    words = load_messages(messages, programme)
    author = agent("sujin", Role.REMEDIATION_AUTHOR)
    made = propose(author, programme, "with messages", messages=words)
    approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
    publish(author, programme, words)


@pytest.fixture
def settings(database, monkeypatch, tmp_path) -> Iterator[Settings]:
    with installed(database, monkeypatch), relief.at(relief.OPENS):
        relief.opened(tmp_path)
        in_force()
        yield database.settings.model_copy(update={"sms_sender": "1500"})


@pytest.fixture
def aggregator(settings, tmp_path) -> FakeAggregator:
    return FakeAggregator(settings.exchange_folder / "sms", tmp_path / "books")
