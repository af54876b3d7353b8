"""What was missing of what two customers of one line were promised: each is told their own."""

from datetime import timedelta

import pytest

from makegood.dues import dues_of
from makegood.runs import index_runs
from tests.runs.planning.test_amended import close
from tests.runs.planning.test_quoted import PAY_DAY, top_ups_of_quotes, worked
from tests.runs.planning.test_quoted_by_person import (
    FIRST,
    NEXT,
    both,  # noqa: F401 - a fixture
    settings,  # noqa: F401 - a fixture
)
from tests.trust.access.visitors import at as on


def told(customer: str) -> list[str]:
    return [
        arrival.words
        for line in dues_of(customer, "en").lines
        for card in line.cards
        for arrival in card.arrived
        if arrival.words.startswith("What was missing")
    ]


@pytest.mark.usefixtures("both")
def test_what_the_first_was_missing_is_not_told_to_the_next_one(settings):  # noqa: F811
    with on(PAY_DAY):
        worked(settings)
        [added] = top_ups_of_quotes()
        assert told(NEXT) == ["What was missing: 10,000 won"]
        index_runs(settings)
        assert told(NEXT) == ["What was missing: 10,000 won"]
        assert told(FIRST) == []
        [alone] = dues_of(FIRST, "en").alone
        assert alone.name_of_line == "Another line"
        close(settings, added)
    with on(PAY_DAY + timedelta(days=1)):
        assert told(NEXT) == ["What was missing: 10,000 won"]
