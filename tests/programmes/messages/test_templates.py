"""Which message is for what, and what it says; and those of the four programmes."""

from datetime import datetime
from pathlib import Path

import pytest

from makegood.kernel import MakegoodError
from makegood.programmes import (
    SentBy,
    TemplateKind,
    check_programme,
    load_messages,
    load_messages_beside,
    load_programme,
    longest_text,
    sms_bytes,
)
from tests.programmes.messages.text import MESSAGES, PROGRAMME_MODEL, changed, loaded

FOLDER = Path(__file__).parents[3] / "programmes"
FILES = sorted(FOLDER.glob("*/programme.yaml"))

REMINDER = MESSAGES[MESSAGES.index("  remember:") : MESSAGES.index("  paid:")]


def test_the_message_made_for_something_goes_before_a_general_one():
    at = "    at: 2026-03-20T10:00\n    measure: credit\n"
    special = REMINDER.replace("remember", "last_call").replace("    by:", f"{at}    by:")
    general = REMINDER.replace("by: [sms, mail]", "by: [sms, mail]\n    urgent: true")
    programme = changed(REMINDER, general)
    two = loaded(programme.replace("by: [sms, mail]", "by: [mail]") + special.replace(", mail", ""))
    moment = datetime(2026, 3, 20, 10)  # noqa: DTZ001 - local, as the file has it

    def named(**how: object) -> str:
        found = two.of(TemplateKind.REMINDER, "credit", **how)
        return found.name if found else ""

    assert named(by=SentBy.SMS, at=moment) == "last_call"
    assert named(by=SentBy.MAIL, at=moment) == "remember"
    assert named(at=moment) == "last_call"
    assert named(by=SentBy.SMS) == ""
    assert named(by="mail") == "remember"
    assert two.of(TemplateKind.REFUSED) is None


def test_names_become_values_and_particles_follow_them():
    template = loaded().templates["paid"]
    said = template.render("ko", {"amount": "4,333원", "code": "K7M2P9QX3"})
    assert said.text == "4,333원을 지급했습니다. K7M2P9QX3"
    assert said.subject == "지급"
    assert template.render("en", {"amount": "4,333 won", "code": "X"}).text == "4,333 won paid. X"
    with pytest.raises(KeyError):
        template.render("en", {"amount": "4,333 won"})


def test_what_is_rendered_never_shows_itself():
    said = loaded().templates["paid"].render("en", {"amount": "4,333 won", "code": "K7M2P9QX3"})
    assert "K7M2P9QX3" not in repr(said)


def test_their_hash_is_that_of_the_text():
    assert loaded().sha256 == loaded(MESSAGES.replace("\n", "\r\n")).sha256
    assert loaded().sha256 != loaded(MESSAGES + "# a remark\n").sha256


def test_all_that_is_wrong_is_told_at_once():
    text = MESSAGES.replace("{code}", "{codes}")
    with pytest.raises(MakegoodError) as told:
        load_messages(text, PROGRAMME_MODEL)
    assert len(told.value.findings) == 12


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_the_messages_of_every_programme_are_right(file: Path):
    programme, findings = check_programme(file)
    assert programme is not None
    assert findings == []
    messages = load_messages_beside(file, programme)
    assert messages
    for each in messages:
        for language in programme.languages:
            assert "{" not in longest_text(programme, messages, each, language)
            assert sms_bytes(longest_text(programme, messages, each, language)) <= 2_000


def test_every_kind_of_message_is_shown_by_some_programme():
    kinds = set()
    for file in FILES:
        kinds |= {each.kind for each in load_messages_beside(file, load_programme(file)) or ()}
    assert kinds == set(TemplateKind)


def test_check_tells_of_messages_beside_a_programme(tmp_path: Path):
    file = tmp_path / "programme.yaml"
    file.write_text(PROGRAMME_MODEL.text, encoding="utf-8")
    assert check_programme(file)[0] is not None
    beside = tmp_path / "messages.yaml"
    beside.write_text(MESSAGES.replace("{closes}", "{cloes}"), encoding="utf-8")
    programme, findings = check_programme(file)
    assert programme is None
    assert {finding.code for finding in findings} == {"MG332"}
    assert all(f.place is not None and f.place.file == str(beside) for f in findings)
    assert load_programme(file).identifier == "outage-2026"
    beside.write_text("nothing", encoding="utf-8")
    assert [finding.code for finding in check_programme(file)[1]] == ["MG102"]
