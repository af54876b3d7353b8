"""What whoever held a line before has applied for: its next holder is told so, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils.translation import override

from makegood.centre.behalf.words import told_of as told_to_agents
from makegood.dues import CardAct, dues_of, keep_quotes, quoting
from makegood.kernel import MakegoodError
from makegood.portal.acts.words import told_of as told_to_customers
from makegood.redress.claims import asks_for_account, claim_of, submit, withdraw
from makegood.redress.quotes import give_quote, quotes_of
from makegood.redress.serving import register
from makegood.trust.access import Visitor
from tests.redress.claims.handing_on import waiver_of
from tests.redress.claims.holding import held_by
from tests.redress.claims.relief import (
    AS_OF,
    LINES,
    NAME,
    TEXT,
    applicant,
    application,
    applied,
    open_in_time,
    supervisor,
)
from tests.redress.outage_lines import snapshot

FORMER, NEXT = "C1001", "C2002"
NEXT_NAME = "오세라"


@pytest.fixture(autouse=True)
def settings(database, tmp_path, monkeypatch):
    quoting._kept.clear()
    with open_in_time(database, tmp_path, monkeypatch) as settings:
        yield settings


@pytest.fixture(params=["named", "nobody"])
def receipt(request) -> str:
    """Of an application for a line that is somebody else's since; made with a holder or without."""
    if request.param == "named":
        held_by(FORMER)
    made = str(applied("L0001").receipt_number)
    if request.param == "nobody":
        held_by(FORMER)
    held_by(NEXT, name=NEXT_NAME)
    return made


def apply():
    return submit(applicant(NEXT), application("L0001", through="web", account_holder=NEXT_NAME))


def test_who_applies_is_told_so_and_nothing_of_the_application(receipt):
    for refused in (apply, lambda: asks_for_account(application("L0001", through="web"))):
        with pytest.raises(MakegoodError, match="MG856") as told:
            refused()
        assert receipt not in str(told.value)
        assert FORMER not in str(told.value)
    assert claim_of(receipt).changes == 1


def test_the_card_promises_nothing_and_says_why(receipt):
    card = waiver_of(NEXT)
    assert card.is_claimed_before
    assert not card.acts & {CardAct.APPLY, CardAct.APPLY_LATE, CardAct.ENROL}
    assert (card.amount_text, card.claim, card.status.words) == ("", None, "applied for before")
    assert card.sentences == ("This was applied for before the line was yours. It is given once.",)
    assert [step.words for step in card.steps] == [
        "You cannot apply for it. If you think this is wrong, call us."
    ]
    assert receipt not in repr(card)
    assert waiver_of(NEXT, "ko").sentences != card.sentences


@pytest.mark.usefixtures("receipt")
def test_no_quote_promises_it():
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 1
    (quote,) = quotes_of(NAME, "L0001")
    assert quote.customer_id == NEXT
    assert set(quote.decisions) == {"cover"}


@pytest.mark.usefixtures("receipt")
def test_no_quote_that_is_asked_for_promises_it():
    quote = give_quote(supervisor(), NAME, "L0001", "ko", "call_centre")
    assert quote.customer_id == NEXT
    assert set(quote.decisions) == set(quote.words) == {"cover"}


def test_whoever_applied_is_quoted_it_on():
    held_by(FORMER)
    applied("L0001")
    quote = give_quote(supervisor(), NAME, "L0001", "ko", "call_centre")
    assert "waiver" in quote.decisions


@pytest.mark.parametrize("process", ["the same", "another"])
def test_what_was_taken_back_is_quoted_once_it_is_shown(receipt, process):
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 1
    withdraw(applicant(FORMER), receipt)
    if process == "another":
        quoting._kept.clear()
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 1
    [quote] = [each for each in quotes_of(NAME, "L0001") if "waiver" in each.decisions]
    assert quote.customer_id == NEXT
    assert quote.decisions["waiver"].amount == LINES["L0001"]["penalty"]
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 0
    quoting._kept.clear()
    assert keep_quotes(applicant(NEXT), dues_of(NEXT, "ko"), "web") == 0


def test_what_was_taken_back_can_be_applied_for(receipt):
    withdraw(applicant(FORMER), receipt)
    assert waiver_of(NEXT).may(CardAct.APPLY)
    made = apply()
    assert made.is_new
    assert claim_of(made.receipt_number).customer_id == NEXT


def test_a_contract_of_the_next_holder_s_own_is_another_thing(receipt, tmp_path):
    line = LINES["L0001"] | {"contracted_on": AS_OF}
    facts = snapshot(tmp_path / "new", LINES | {"L0001": line}, AS_OF + timedelta(days=1), TEXT)
    register(Visitor.console("root"), facts, NAME)
    card = waiver_of(NEXT)
    assert not card.is_claimed_before
    assert card.may(CardAct.APPLY)
    assert apply().receipt_number != receipt


def test_the_holder_of_now_who_applied_when_nobody_was_named_is_given_their_receipt():
    receipt = str(applied("L0001").receipt_number)
    held_by(NEXT)
    again = apply()
    assert (again.receipt_number, again.is_new) == (receipt, False)


@pytest.mark.usefixtures("receipt")
def test_both_sites_have_words_for_it_in_both_languages():
    with pytest.raises(MakegoodError) as told:
        apply()
    said = set()
    for language in ("ko", "en"):
        with override(language):
            said |= {told_to_customers(told.value), told_to_agents(told.value)}
    assert len(said) == 4
    assert None not in said


@pytest.mark.usefixtures("receipt")
def test_the_page_looks_claims_up_by_key():
    """With many claims and lines that were handed on, none of their tables is read from its top."""
    from makegood.redress.claims import HAVE_CLAIMS_ELSEWHERE
    from makegood.redress.claims.reading import COLUMNS

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO serving_holder (line_id, customer_id, first_customer_id)"
            " SELECT 'X' || n, 'C' || n, CASE WHEN n % 100 = 0 THEN 'D' || n END"
            " FROM generate_series(1, 20000) AS n"
        )
        given = {"claim_id": "gen_random_uuid()", "receipt_number": "'R' || n", "key": "'K' || n"}
        given |= {"line_id": "'X' || n", "customer_id": "(ARRAY['X', 'C'])[1 + n % 2] || n"}
        values = ", ".join(given.get(name, name) for name in COLUMNS)
        cursor.execute(
            f"INSERT INTO claims_claim ({', '.join(COLUMNS)})"
            f" SELECT {values} FROM claims_claim, generate_series(1, 20000) AS n"
        )
        cursor.execute(
            "EXPLAIN WITH who AS (SELECT 'C9'::text AS customer_id),"
            " asked AS MATERIALIZED (SELECT 'X9'::text AS line_id)"
            f" SELECT {HAVE_CLAIMS_ELSEWHERE}"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on serving_holder" not in plan
    assert "Seq Scan on claims_claim" not in plan
    assert "serving_holder_by_first" in plan
