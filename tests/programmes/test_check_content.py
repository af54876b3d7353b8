"""Whatever bytes are brought as a programme or its messages: findings, and never anything else."""

import pytest

from makegood.programmes import check_content, check_messages_content, load_text
from tests.programme_text import PROGRAMME
from tests.programmes.messages.text import MESSAGES


def codes(content: bytes) -> set[str]:
    programme, findings = check_content(content)
    assert programme is None
    return {finding.code for finding in findings}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "MG102"),
        (b"\xff", "MG101"),
        (b"a" * 1_000_001, "MG101"),
        (b"\0", "MG102"),
        (b"[" * 5_000, "MG102"),
        (PROGRAMME.encode("utf-16"), "MG101"),
    ],
)
def test_what_is_no_programme_is_told(content, code):
    assert codes(content) == {code}


def test_a_clean_one_is_the_one_of_the_text():
    programme, findings = check_content(PROGRAMME.encode())
    assert programme is not None
    assert programme.sha256 == load_text(PROGRAMME).sha256
    assert findings == []


def test_messages_are_checked_against_their_programme():
    programme = load_text(PROGRAMME)
    messages, findings = check_messages_content(MESSAGES.encode(), programme)
    assert messages is not None
    assert findings == []
    for content in (b"\xff", b"", b"makegood: 1\nmessages: {}\n"):
        messages, findings = check_messages_content(content, programme)
        assert messages is None
        assert findings
