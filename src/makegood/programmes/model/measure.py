"""Measures: who gets what, who does not and why, and how one comes to it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict, Field, model_validator

from makegood.programmes.model.base import Expression, Mistake, Moment, Name, Section, Texts
from makegood.programmes.model.kinds import Cover, Discount, Grant, Refund, Selection, Uplift

KINDS = ("refund", "grant", "uplift", "choice", "discount", "cover")


class ClaimChannel(StrEnum):
    """How an application comes in."""

    WEB = "web"
    CALL_CENTRE = "call_centre"
    SHOP = "shop"


class Exclusion(Section):
    """A named rule that takes a line out of a measure."""

    when: Expression = Field(description="The condition.")
    because: Texts = Field(description="The reason, as it is said everywhere.")


class Claim(Section):
    """The window for applications."""

    since: Moment = Field(alias="from", description="When it opens, local time.")
    until: Moment | None = Field(
        default=None, alias="to", description="When it closes, local time; open-ended without."
    )
    through: list[ClaimChannel] = Field(min_length=1, description="web, call_centre, shop.")
    by: Texts | None = Field(default=None, description="Who must apply, if not the holder.")
    document: Texts | None = Field(default=None, description="What must be handed in.")


class Late(Section):
    """A second way in for whoever was kept from the first, with a document."""

    when: Expression = Field(alias="for", description="The condition, beside the measure's own.")
    because: Texts = Field(description="What kept them, in words.")
    document: Texts = Field(description="What proves it.")
    pay_within_days: int | None = Field(
        default=None, ge=0, le=366, description="Days from the approved application to payment."
    )


class MeasureSection(Section):
    """One thing promised, of exactly one kind: refund, grant, uplift, choice, discount or cover."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [kind]} for kind in KINDS]})

    title: Texts = Field(description="What it is called.")
    promise: Texts = Field(description="What is promised, in a sentence or two.")
    base: Name | None = Field(default=None, description="The base population it is for.")
    when: Expression = Field(
        default="TRUE", alias="for", description="Which lines it is for; all of the base without."
    )
    exclusions: dict[Name, Exclusion] = Field(
        default_factory=dict,
        alias="except",
        description="Who does not get it, in this order: the first that applies is the reason.",
    )
    automatic: Expression | None = Field(
        default=None,
        description="Which lines get it without applying; all without a claim, none with one.",
    )
    claim: Claim | None = Field(default=None, description="The window for applications.")
    late: Late | None = Field(default=None, description="The late window.")
    remind: list[Moment] = Field(
        default_factory=list, description="When those who have not applied are told."
    )
    budget: int | None = Field(default=None, ge=0, description="Money set aside, minor units.")
    by_day: Name | None = Field(
        default=None, description="The date fact that the report draws this measure by."
    )
    refund: Refund | None = Field(default=None, description="Money back.")
    grant: Grant | None = Field(default=None, description="Something given every month.")
    uplift: Uplift | None = Field(default=None, description="More of a product.")
    choice: Selection | None = Field(default=None, description="One of several things.")
    discount: Discount | None = Field(default=None, description="Money off.")
    cover: Cover | None = Field(default=None, description="Insurance.")

    @model_validator(mode="after")
    def _one_kind(self) -> MeasureSection:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            named = " and ".join(given) if given else "none"
            message = f"a measure has exactly one kind, here is {named}"
            raise Mistake("MG110", message, f"one of {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def amount(self) -> str | None:
        """The expression of its amount, where it has one."""
        if self.refund:
            return self.refund.amount
        return self.discount.amount if self.discount else None
