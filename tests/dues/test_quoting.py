"""What was shown is kept once, and showing it again asks nothing."""

import pytest

from makegood.dues import dues_of, keep_quotes, quoting
from makegood.redress.quotes import quotes_of
from makegood.trust.access import Refused
from tests.dues.kt import NAME, OPEN, OTHER, statements
from tests.redress.claims.relief import applicant, at
from tests.trust.access.visitors import entries

pytestmark = pytest.mark.usefixtures("kt")


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
