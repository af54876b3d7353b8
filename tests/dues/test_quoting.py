"""What was shown is kept once, and showing it again asks nothing."""

import pytest
from django.conf import settings
from django.db import connection

from makegood.dues import dues_of, keep_quotes, quoting
from makegood.redress.quotes import quotes_of, verify_quote
from makegood.trust.access import Refused
from makegood.trust.audit import make_signer
from makegood.trust.keys import MasterKey
from tests.dues.kt import NAME, OPEN, OTHER, statements
from tests.redress.claims.relief import applicant, at
from tests.trust.access.visitors import entries

pytestmark = pytest.mark.usefixtures("kt")


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Nothing is remembered of another test's database."""
    quoting._kept.clear()


def test_a_quote_is_kept_for_every_line_once_by_any_process() -> None:
    with at(OPEN):
        visitor, shown = applicant(OTHER), dues_of(OTHER, "ko")
        assert keep_quotes(visitor, shown, "web") == 2
        with statements() as asked:
            assert keep_quotes(visitor, shown, "web") == 0
        assert asked == []
        quoting._kept.clear()  # as another process
        shown = dues_of(OTHER, "en")
        with statements() as asked:
            assert keep_quotes(visitor, shown, "web") == 0
        assert len(asked) == 2  # one for each line
    (quote,) = quotes_of(NAME, "L00008")
    assert (quote.through, quote.language, quote.visitor) == ("web", "ko", f"customer:{OTHER}")
    assert quote.decisions["penalty_waiver"].amount == 126_545
    assert len(entries("quote.shown")) == 2


def test_nobody_is_quoted_what_is_anothers() -> None:
    with at(OPEN):
        shown = dues_of("C0001", "ko", lines=["L00001"])
        with pytest.raises(Refused):
            keep_quotes(applicant(OTHER), shown, "web")
    assert quotes_of(NAME, "L00001") == []


def test_who_has_a_line_next_is_quoted_as_well() -> None:
    with at(OPEN):
        assert keep_quotes(applicant("C0003"), dues_of("C0003", "ko"), "web") == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE serving_holder SET customer_id = 'C0009' WHERE line_id = 'L00010'"
            )
        assert keep_quotes(applicant("C0009"), dues_of("C0009", "ko"), "web") == 1
        quoting._kept.clear()
        assert keep_quotes(applicant("C0009"), dues_of("C0009", "ko"), "web") == 0
    assert {each.customer_id for each in quotes_of(NAME, "L00010")} == {"C0009", "C0003"}


def test_a_quote_is_signed_by_the_key_of_now() -> None:
    """A process that does not know yet that the log has another key asks again."""
    with at(OPEN):
        keep_quotes(applicant("C0001"), dues_of("C0001", "ko", lines=["L00001"]), "web")
        make_signer(MasterKey.open(settings.INSTALLATION), settings.INSTALLATION.log_origin, "t")
        keep_quotes(applicant("C0001"), dues_of("C0001", "ko", lines=["L00002"]), "web")
    signers = [verify_quote(quotes_of(NAME, line)[0])[1] for line in ("L00001", "L00002")]
    assert len(set(signers)) == 2
