"""Stretches of addresses that policies have a name for."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork


class Network(BaseModel):
    """A stretch of addresses and what it is to the policies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    addresses: IPvAnyNetwork = Field(description="in CIDR form: 10.1.0.0/16")
    is_a: Literal["office", "vpn", "shop"] = Field(description="what policies call it")
