"""Tables in a narrow terminal: wider rather than without a part of a word or an amount."""

from io import StringIO

from rich.console import Console

from makegood.cli.figures import change_text
from makegood.cli.output import table
from makegood.kernel import Currency

NUMBERS = ("promised", "claimed", "approved", "paid", "returned", "released")


def printed(width: int) -> list[str]:
    shown = table("Ledger", ["measure", "state", *NUMBERS], NUMBERS)
    shown.add_row("penalty_waiver", "closed, paused", *["1,502,309,000"] * len(NUMBERS))
    text = StringIO()
    Console(file=text, width=width, soft_wrap=True).print(shown)
    return text.getvalue().splitlines()


def test_no_word_and_no_amount_is_cut_where_the_terminal_is_narrow():
    lines = printed(40)
    [row] = [line for line in lines if "penalty_waiver" in line]
    assert row.count("1,502,309,000") == len(NUMBERS)
    assert any("closed," in line for line in lines)
    assert len({len(line) for line in lines[1:]}) == 1


def test_where_there_is_room_nothing_is_wider_than_it_was():
    assert any("closed, paused" in line for line in printed(200))
    assert max(map(len, printed(200))) < 150


def test_changes_have_their_sign_and_their_digits():
    assert change_text(Currency("KRW", 0), 1_000) == "+1,000"
    assert change_text(Currency("CAD", 2), -1_250) == "-12.50"
