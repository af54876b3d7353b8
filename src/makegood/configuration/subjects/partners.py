"""Partners of the operator: files, provisioning, vouchers, and how long they may take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr, field_validator

from makegood.configuration.subjects.part import Part
from makegood.configuration.subjects.paths import AbsolutePath

ANSWER_HOURS: Mapping[str, int] = {
    "bank": 24,
    "billing": 24,
    "provisioning": 6,
    "insurer": 48,
    "sms": 24,
    "mail": 48,
    "vouchers": 1,
}


class PartnerSettings(Part):
    """Files that are exchanged, the provisioning system, pools of vouchers."""

    exchange: AbsolutePath | None = Field(
        default=None,
        description="the folder of files for partners and from them; without it 'exchange' in home",
    )
    provisioning_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="the address of the provisioning system, for HTTP; empty: files",
    )
    provisioning_authorization: SecretStr | None = Field(
        default=None,
        description="the header Authorization of requests to the provisioning system",
    )
    provisioning_requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=50, description="the most requests in a second to the provisioning system"
    )
    provisioning_connections: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="connections to the provisioning system at once, for each worker"
    )
    provisioning_timeout_seconds: Annotated[int, Field(ge=1, le=300)] = Field(
        default=10, description="seconds that an answer of the provisioning system is waited for"
    )
    voucher_pool_low_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=10, description="a pool of codes is told to be low from this share left on"
    )


class AnswerSettings(Part):
    """How long a partner's answer is waited for before it is asked."""

    answer_hours: Mapping[str, Annotated[int, Field(ge=1, le=1_000)]] = Field(
        default=ANSWER_HOURS,
        description="hours after which a partner is asked about what it has not answered, by "
        "channel; those that are not named keep the default",
    )

    @field_validator("answer_hours", mode="before")
    @classmethod
    def _others_as_they_were(cls, given: object) -> object:
        """What is named is changed; a channel that does not exist is told."""
        if not isinstance(given, Mapping):
            return given
        if unknown := sorted(set(map(str, given)) - ANSWER_HOURS.keys()):
            raise ValueError(f"there is no channel '{unknown[0]}': {', '.join(ANSWER_HOURS)}")
        return {**ANSWER_HOURS, **given}
