"""Choices: one of several things for a line, changeable until granted; and partners' coupons."""

from makegood.redress.choices.choosing import Choice, ChoiceState, choice_of, choose, counts_of
from makegood.redress.choices.codes import code_of_choice, reveal_code
from makegood.redress.choices.coupons import Coupon, coupons_of, take_coupon
from makegood.redress.choices.granting import (
    any_chosen,
    begin_granting,
    chosen,
    lines_granting,
    settle_choices,
    stop_granting,
)
from makegood.redress.choices.together import HAVE_CHOSEN, choices_and_coupons

__all__ = [
    "HAVE_CHOSEN",
    "Choice",
    "ChoiceState",
    "Coupon",
    "any_chosen",
    "begin_granting",
    "choice_of",
    "choices_and_coupons",
    "choose",
    "chosen",
    "code_of_choice",
    "counts_of",
    "coupons_of",
    "lines_granting",
    "reveal_code",
    "settle_choices",
    "stop_granting",
    "take_coupon",
]
