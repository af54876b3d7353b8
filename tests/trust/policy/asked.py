"""Requests for tests of policies: one that is in order, to be changed in one thing."""

from dataclasses import replace
from pathlib import Path

from makegood.trust.policy import (
    Circumstances,
    Consent,
    DeviceTrust,
    Network,
    Principal,
    Purpose,
    Resource,
    ResourceKind,
    Role,
    SignIn,
)

FOLDER = Path(__file__).parents[3] / "policies"

AGENT = Principal("17", frozenset({Role.CALL_CENTRE_AGENT}))
CUSTOMER = Resource(ResourceKind.CUSTOMER, "C0001")
IN_ORDER = Circumstances(
    purpose=Purpose.CUSTOMER_REQUEST,
    case="CALL-1",
    consent=Consent.VALID,
    device=DeviceTrust.ENROLLED,
    sign_in_strength=SignIn.TOTP,
    sign_in_age_seconds=60,
    network=Network.OFFICE,
    local_hour=10,
)


def but(**changes) -> Circumstances:
    return replace(IN_ORDER, **changes)
