"""What an oracle beside a programme must hold is asked for before anything is played."""

import pytest

from makegood.kernel import MakegoodError
from makegood.rehearsal.oracles import oracle_beside
from tests.rehearsal.rehearsals import PROGRAMMES

WHOLE = (PROGRAMMES / "rogers-2022" / "oracle.py").read_text(encoding="utf-8")
"""It has no facts of scope, and says nothing of them."""
OF_SCOPE = 'SCOPE_FACTS = {"service_credit": ("monthly_fee",)}'


def beside(tmp_path, text):
    (tmp_path / "oracle.py").write_text(text, encoding="utf-8")
    return oracle_beside(tmp_path / "programme.yaml", "rogers-2022")


def test_facts_of_scope_without_what_is_said_of_them_are_told_at_once(tmp_path):
    with pytest.raises(MakegoodError) as failed:
        beside(tmp_path, WHOLE.replace("SCOPE_FACTS = {}", OF_SCOPE))
    [finding] = failed.value.findings
    assert finding.code == "MG896"
    assert finding.message == "the oracle of 'rogers-2022' lacks in_scope"


def test_without_facts_of_scope_nobody_asks(tmp_path):
    assert beside(tmp_path, WHOLE).PROGRAMME == "rogers-2022"


def test_with_both_it_is_taken(tmp_path):
    text = WHOLE.replace("SCOPE_FACTS = {}", OF_SCOPE)
    text += "\n\ndef in_scope(measure, now):\n    return True\n"
    assert beside(tmp_path, text).in_scope("service_credit", {})
