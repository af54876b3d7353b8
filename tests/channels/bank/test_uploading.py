"""A person brings a file of the bank: as if the bank had placed it, and nothing that is none."""

import pytest

from makegood.channels.bank import ANSWER_BYTES_MAX, check_answers, place_answers
from makegood.channels.bank.fake.messages import status_report
from makegood.kernel import MakegoodError
from tests.channels.bank.conftest import Town
from tests.channels.bank.test_answers import AT, MESSAGE, status
from tests.channels.bank.test_answers import sent as sent  # noqa: PLC0414 - a fixture


def report() -> bytes:
    said = [status(1, "ACSC"), status(2, "RJCT", "AC04")]
    return status_report("S1", MESSAGE, said, at=AT)


def waiting(town: Town) -> list[str]:
    return sorted(path.name for path in town.folder.incoming.iterdir())


def code(town: Town, content: bytes) -> str:
    with pytest.raises(MakegoodError) as refused:
        check_answers(town.settings, content)
    assert waiting(town) == []
    return refused.value.findings[0].code


def test_a_file_is_placed_as_if_the_bank_had_and_twice_is_once(sent: Town) -> None:
    said = check_answers(sent.settings, report())
    assert said.kind.startswith("pain.002")
    assert said.message_ids == (MESSAGE,)
    assert said.answers == 2
    assert waiting(sent) == []
    for _ in range(2):
        path = place_answers(sent.settings, report())
    assert waiting(sent) == [path.name]
    assert {(row[2], row[3]) for row in sent.answers()} == {("done", ""), ("failed", "AC04")}


def test_what_is_none_is_told_with_its_place_and_nothing_is_kept(sent: Town) -> None:
    assert code(sent, b"key,outcome\n") == "MG673"
    assert code(sent, b"") == "MG673"
    assert code(sent, b"<" * (ANSWER_BYTES_MAX + 1)) == "MG673"
    assert code(sent, b"<a/>") == "MG815"
    assert code(sent, report()[:-30]) == "MG815"
    with pytest.raises(MakegoodError) as refused:
        check_answers(sent.settings, report()[:-30])
    assert "line " in refused.value.findings[0].message
    assert "aside" not in str(refused.value)
