"""The kinds of measure: refund, grant, uplift, choice, discount, cover."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from makegood.kernel import plus_months
from makegood.programmes.model.base import Day, Expression, Mistake, Moment, Name, Section, Texts


def _month(text: str) -> str:
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Mistake("MG107", f"'{text}' is no month", "write it as 2026-02") from None
    return text


Month = Annotated[
    str, AfterValidator(_month), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}$"})
]


class PaidTo(StrEnum):
    """Where a refund goes."""

    BANK_ACCOUNT = "bank_account"
    BILL = "bill"


class PayRow(Section):
    """A row of a pay-out table."""

    applied_by: Day = Field(description="The last day of application that this row is for.")
    pay_on: Day = Field(description="The day of payment.")


class Pay(Section):
    """When a refund is paid: by a table, or so many days after the application."""

    table: list[PayRow] = Field(
        default_factory=list, description="Rows ascending by day; the last reaches the claim's end."
    )
    settled_on: Expression | None = Field(
        default=None,
        description="A date before which a line is not paid; it takes the next day of payment.",
    )
    within_days: int | None = Field(
        default=None, ge=0, le=366, description="Days after the application, without a table."
    )


class Account(Section):
    """Whose account a refund may go to."""

    other_name_for: list[Name] = Field(
        default_factory=list,
        description="Values of the fact under 'holder' for which another name is accepted.",
    )
    holder: Name | None = Field(
        default=None, description="The enum fact that says what kind of holder a line has."
    )
    document: Texts | None = Field(default=None, description="What another name must hand in.")


class Refund(Section):
    """Money back."""

    amount: Expression = Field(description="The amount due, money in minor units.")
    to: PaidTo = Field(default=PaidTo.BANK_ACCOUNT, description="bank_account or bill.")
    bill: Month | None = Field(default=None, description="The month of the bill it comes on.")
    bill_by: Month | None = Field(
        default=None, description="The month of the last bill it may come on, if not 'bill' alone."
    )
    account: Account | None = Field(default=None, description="Rules for the bank account.")
    pay: Pay | None = Field(default=None, description="When it is paid.")
    not_refunded: list[Texts] = Field(
        default_factory=list, description="What people may expect back but do not get."
    )


class Grant(Section):
    """Something given again and again."""

    quantity: int = Field(ge=1, description="How much each time.")
    unit: Texts = Field(description="Of what, in words.")
    first_month: Month = Field(description="The first month, such as 2026-02.")
    months: int = Field(ge=1, le=120, description="How many months.")


class Uplift(Section):
    """More of a product that a line has."""

    percent: int = Field(ge=1, le=1000, description="How much more, in percent.")
    of: Texts = Field(description="Of what, in words.")
    since: Day | None = Field(default=None, alias="from", description="The first day.")
    until: Day = Field(description="The last day.")


class Option(Section):
    """One thing to choose."""

    title: Texts = Field(description="What it is.")
    pool: Name = Field(description="The pool of single-use codes it is given from.")


class Selection(Section):
    """One of several things, as the customer chooses."""

    options: dict[Name, Option] = Field(
        default_factory=dict, description="What there is to choose; may be named later."
    )
    months: int = Field(ge=1, le=120, description="How many months it lasts.")
    choose_from: Moment | None = Field(default=None, description="When choosing opens.")
    choose_until: Moment | None = Field(default=None, description="When choosing closes.")


class Offer(Section):
    """A partner's offer, redeemed with a coupon."""

    partner: Texts = Field(description="Who gives it.")
    offer: Texts = Field(description="What it is.")
    since: Day = Field(alias="from", description="The first day a coupon is handed out.")
    until: Day = Field(description="The last day a coupon is handed out.")
    use_by: Day = Field(description="The last day of use.")
    cap: int | None = Field(default=None, ge=1, description="The most it gives, minor units.")
    pool: Name | None = Field(
        default=None, description="The pool of single-use codes its coupons are taken from."
    )


class Slot(Section):
    """Some days of every month, in which offers of their own are handed out."""

    first: int = Field(alias="from", ge=1, le=28, description="The first day of the month.")
    last: int = Field(
        alias="until",
        ge=1,
        le=31,
        description="The last day, or the month's last where it is shorter.",
    )

    def days_in(self, month: date) -> tuple[date, date]:
        """Its first and last day in the month that begins on ``month``."""
        last = min(self.last, monthrange(month.year, month.month)[1])
        return month.replace(day=self.first), month.replace(day=last)


class Discount(Section):
    """Money off: an amount on a bill, or partners' offers."""

    amount: Expression | None = Field(default=None, description="The amount off, minor units.")
    bill: Month | None = Field(default=None, description="The month of the bill it comes off.")
    bill_by: Month | None = Field(
        default=None, description="The month of the last bill it may come off, if not 'bill' alone."
    )
    first_month: Month | None = Field(default=None, description="The first month of offers.")
    months: int | None = Field(default=None, ge=1, le=120, description="Months of offers.")
    slots: list[Slot] = Field(
        default_factory=list, description="The slots of each month; the whole month without."
    )
    offers: list[Offer] = Field(
        default_factory=list, description="Partners' offers; may start empty, named later."
    )

    @property
    def windows(self) -> list[tuple[date, date]]:
        """First and last day of every slot of every month of offers, in order."""
        if self.first_month is None:
            return []
        first = date.fromisoformat(f"{self.first_month}-01")
        whole = (Slot.model_validate({"from": 1, "until": 31}),)
        starts = [plus_months(first, number) for number in range(self.months or 1)]
        return [slot.days_in(start) for start in starts for slot in (self.slots or whole)]


class Cover(Section):
    """Insurance."""

    against: list[Texts] = Field(min_length=1, description="What it covers.")
    months: int = Field(ge=1, le=600, description="How long it lasts.")
    insurer: Texts | None = Field(default=None, description="Who insures, where it is known.")
    since: Day | None = Field(default=None, alias="from", description="The first day.")
