"""What is wrong with messages is told with its place, in these words."""

import pytest

from tests.programmes.messages.text import MESSAGES, changed, findings_of

CASES = {
    "unknown name": (
        ("Apply for {measure} until", "Apply for {mesure} until"),
        """\
messages.yaml:17:22: error MG332: unknown name {mesure}
   17 |       en: 'Apply for {mesure} until {closes}. Code {code}'
      |                      ^^^^^^^^
      = did you mean 'measure'?
""",
    ),
    "stray brace": (
        ("{amount} paid.", "{amount paid."),
        """\
messages.yaml:25:12: error MG332: unknown name {
   25 |       en: '{amount paid. {code}'
      |            ^
      = a paid has: operator, title, centre_phone, centre_hours, code, measure, receipt, amount,\
 pay_on
""",
    ),
    "name without a value": (
        ("{amount} paid.", "{centre_phone} {amount} paid."),
        """\
messages.yaml:25:12: error MG332: {centre_phone} has no value here
   25 |       en: '{centre_phone} {amount} paid. {code}'
      |            ^^^^^^^^^^^^^^
      = the programme or the measure does not say it; take it out
""",
    ),
    "a short message needs no subject": (("    subject: {ko: 지급, en: Paid}\n", ""), ""),
    "subject too long": (
        ("en: Paid}", "en: Paid as it was promised to you on Mondays}"),
        """\
messages.yaml:22:27: error MG333: a subject of up to 41 bytes, at most 40
   22 |     subject: {ko: 지급, en: Paid as it was promised to you on Mondays}
      |                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = shorten it; a syllable takes two bytes
""",
    ),
    "character": (
        ("{amount} paid.", "{amount} – paid."),
        """\
messages.yaml:25:21: error MG334: '–' cannot be written in a short message
   25 |       en: '{amount} – paid. {code}'
      |                     ^
      = a short message holds KS X 1001: 2,350 syllables, Latin letters, some signs
""",
    ),
    "link": (
        ("{amount} paid.", "{amount} paid, see pay.example.com/x."),
        """\
messages.yaml:25:31: error MG335: a link: 'pay.example.com/x.'
   25 |       en: '{amount} paid, see pay.example.com/x. {code}'
      |                               ^^^^^^^^^^^^^^^^^^
      = messages hold no links: people could not tell them from a fraudster's
""",
    ),
    "no code": (
        ("{amount} paid. {code}", "{amount} paid."),
        """\
messages.yaml:25:11: error MG337: 'paid' has no {code} in 'en'
   25 |       en: '{amount} paid.'
      |           ^^^^^^^^^^^^^^^^
      = by it people find out whether a message is genuine
""",
    ),
    "unknown measure": (
        ("    for: paid\n    measure: credit", "    for: paid\n    measure: credits"),
        """\
messages.yaml:20:14: error MG338: no measure 'credits'
   20 |     measure: credits
      |              ^^^^^^^
      = did you mean 'credit'?
""",
    ),
    "no such time": (
        ("    for: reminder\n", "    for: reminder\n    at: 2026-03-21T10:00\n"),
        """\
messages.yaml:2:1: error MG339: no message for the reminder of 2026-03-20 10:00 for 'credit'
    2 | messages:
      | ^^^^^^^^
      = add one with 'for: reminder'

messages.yaml:13:9: error MG338: no reminder is at 2026-03-21 10:00
   13 |     at: 2026-03-21T10:00
      |         ^^^^^^^^^^^^^^^^
      = take it out, or give the time of a notice or reminder of the programme
""",
    ),
    "no reason to send it": (
        ("    for: paid\n", "    for: pass\n"),
        """\
messages.yaml:19:10: error MG338: the programme gives no reason to send 'paid'
   19 |     for: pass
      |          ^^^^
      = take it out, or mend 'for', 'measure' and 'by'

messages.yaml:24:12: error MG332: unknown name {amount}
   24 |       ko: '{amount}을(를) 지급했습니다. {code}'
      |            ^^^^^^^^
      = a pass has: operator, title, centre_phone, centre_hours, code, measure, option

messages.yaml:25:12: error MG332: unknown name {amount}
   25 |       en: '{amount} paid. {code}'
      |            ^^^^^^^^
      = a pass has: operator, title, centre_phone, centre_hours, code, measure, option
""",
    ),
    "a notice by another way": (
        ("    by: [sms]\n    subject: {ko: 장애", "    by: [mail]\n    subject: {ko: 장애"),
        """\
messages.yaml:2:1: error MG339: no message for the notice of 2026-03-02 10:00 for 'credit' by sms
    2 | messages:
      | ^^^^^^^^
      = add one with 'for: notice'

messages.yaml:4:10: error MG338: the programme gives no reason to send 'announced'
    4 |     for: notice
      |          ^^^^^^
      = take it out, or mend 'for', 'measure' and 'by'
""",
    ),
    "language missing": (
        ("      en: '{amount} paid. {code}'\n", ""),
        """\
messages.yaml:23:5: error MG112: 'messages.paid.text' has no text in 'en'
   23 |     text:
      |     ^^^^
      = add a line 'en: …'
""",
    ),
    "unknown key": (
        ("    for: paid\n", "    for: paid\n    urgnt: true\n"),
        """\
messages.yaml:20:5: error MG104: unknown key 'urgnt'
   20 |     urgnt: true
      |     ^^^^^
      = did you mean 'urgent'?
""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_is_told_in_these_words(name: str):
    (old, new), wanted = CASES[name]
    told = "\n".join(f"{finding.render()}\n" for finding in findings_of(changed(old, new)))
    assert told == wanted


def test_what_is_right_has_no_findings():
    assert findings_of(MESSAGES) == []


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings_of(text)]


def test_a_message_may_have_two_thousand_bytes_and_no_more():
    # The amount can be 100,000/30 + 1,000 won: "4,333 won" or one digit less.
    base = "{code}"
    room = 2_000 - 9
    assert codes(changed("'{amount} paid. {code}'", f"'{'x' * room}{base}'")) == []
    assert codes(changed("'{amount} paid. {code}'", f"'{'x' * (room + 1)}{base}'")) == ["MG333"]


def test_a_long_message_needs_a_subject():
    text = changed("    subject: {ko: 지급, en: Paid}\n", "")
    (told,) = findings_of(changed("'{amount} paid. {code}'", f"'{'x' * 82}{{code}}'", text))
    assert told.code == "MG333"
    assert told.message == "up to 91 bytes is a long message, which has a subject"
    assert told.place is not None
    assert told.place.line == 24


def test_a_subject_has_one_line():
    text = MESSAGES.replace(
        "subject: {ko: 지급, en: Paid}", 'subject: {ko: "지\\n급", en: "Pa\\nid"}'
    )
    assert text != MESSAGES
    assert codes(text) == ["MG333", "MG333"]
    last = MESSAGES.replace("subject: {ko: 지급, en: Paid}", 'subject: {ko: 지급, en: "Paid\\n"}')
    assert codes(last) == []


def test_lengths_are_counted_with_the_longest_values():
    """The receipt has 20 letters at most, the code nine."""
    text = changed("    subject: {ko: 지급, en: Paid}\n", "")
    room = 90 - 20 - 9
    old = "'{amount} paid. {code}'"
    assert codes(changed(old, f"'{'x' * room}{{receipt}}{{code}}'", text)) == []
    assert codes(changed(old, f"'{'x' * (room + 1)}{{receipt}}{{code}}'", text)) == ["MG333"]


@pytest.mark.parametrize(
    "link",
    [
        "http://a.b",
        "HTTPS://x",
        "www.kt",
        "kt.com",
        "m.kt.co.kr/abc",
        "bit.ly/3x",
        "케이티.한국",
        "someone@kt.com",
        "tel://114",
        "kt.com에서",
        "kt.com/a에서",
        "me2.do로",
        "kt.co.kr입니다",
        "211.1.2.3/a",
        "211.1.2.3에서",
    ],
)
def test_links_of_every_kind_are_found(link: str):
    assert "MG335" in codes(changed("{amount} paid.", f"{{amount}} paid {link} now."))


@pytest.mark.parametrize(
    "harmless",
    [
        "1,000.50",
        "e.g. this",
        "3.5 GB",
        "환급합니다.감사합니다",
        "a.m.",
        "No. 5",
        "2026.1.19. 10:00",
    ],
)
def test_what_only_has_a_dot_is_no_link(harmless: str):
    assert codes(changed("{amount} paid.", f"{{amount}} paid {harmless}")) == []


AD = """\
  offer:
    for: received
    by: [sms, mail]
    advertising: true
    subject: {ko: '(광고) 새 소식', en: '(광고) News'}
    text:
      ko: '(광고)[{operator}] 소식 {code} 무료수신거부 080-000-0000'
      en: '(광고)[{operator}] news {code} 무료수신거부 080-000-0000'
"""


def test_advertising_is_marked_and_can_be_refused_free_of_charge():
    assert codes(MESSAGES + AD) == []
    assert codes(MESSAGES + AD.replace("ko: '(광고)[", "ko: '[")) == ["MG336"]
    assert codes(MESSAGES + AD.replace("ko: '(광고)[", "ko: '[(광고)")) == ["MG336"]
    assert codes(MESSAGES + AD.replace("news {code} 무료수신거부 080", "news {code} 080")) == [
        "MG336"
    ]
    assert codes(MESSAGES + AD.replace("en: '(광고) News'", "en: News")) == ["MG336"]
    assert codes(MESSAGES + AD.replace("    advertising: true\n", "")) == ["MG336", "MG336"]


def test_two_messages_for_the_same_thing():
    again = MESSAGES + MESSAGES.partition("messages:\n")[2].replace("  announced:", "  other:", 1)
    text = again[: again.index("  remember:", again.index("  other:"))]
    assert codes(text) == ["MG338"]


CODE = """\
  signing_in:
    for: code
    by: [sms]
    text:
      ko: '[{operator}] 인증번호 {code_value} ({minutes}분)'
      en: '[{operator}] {code_value}, {minutes} min'
"""


def test_a_code_is_sent_in_a_short_message():
    assert findings_of(MESSAGES + CODE) == []
    longer = changed("({minutes}분)", "({minutes}분)" + "가" * 30, CODE)
    (found,) = findings_of(MESSAGES + longer)
    assert found.code == "MG333"
    assert found.message.endswith("at most 90 for a one-time code")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("'[{operator}] {code_value}, {minutes} min'", "'[{operator}] {minutes} min'", "MG337"),
        ("{minutes} min", "{minutes} min {code}", "MG332"),
        ("{minutes} min", "{minutes} min {receipt}", "MG332"),
        ("by: [sms]", "by: [mail]", "MG338"),
        ("by: [sms]", "by: [sms]\n    advertising: true", "MG336"),
    ],
)
def test_what_is_wrong_with_a_code_is_told(old: str, new: str, code: str):
    assert code in {each.code for each in findings_of(MESSAGES + changed(old, new, CODE))}
