"""What a page offers its reader: what the policies would allow them under the best circumstances.

It helps, and decides nothing: whatever is asked goes through the gate.
"""

from __future__ import annotations

from itertools import product

from makegood.trust.access import policies
from makegood.trust.policy import (
    Act,
    Circumstances,
    Consent,
    DeviceTrust,
    Network,
    Principal,
    Purpose,
    Resource,
    ResourceKind,
    SignIn,
)

_NOON = 12


def may_ever(principal: Principal, act: Act) -> bool:
    """Whether a role held permits the act where every condition holds."""
    return bool(principal.roles & policies().who_may(act))


def purposes_that_fit(principal: Principal, act: Act) -> list[str]:
    """The purposes for which the principal could do the act to a customer, somewhere."""
    known = [purpose for purpose in Purpose if purpose is not Purpose.UNKNOWN]
    places = (Network.OFFICE, Network.SHOP)
    fitting = {
        purpose.value
        for purpose, place in product(known, places)
        if _fits(principal, act, purpose, place)
    }
    return [purpose.value for purpose in known if purpose.value in fitting]


def _fits(principal: Principal, act: Act, purpose: Purpose, place: Network) -> bool:
    best = Circumstances(
        purpose=purpose,
        case="T-1",
        consent=Consent.VALID,
        device=DeviceTrust.CERTIFICATE,
        sign_in_strength=SignIn.PASSKEY,
        sign_in_age_seconds=0,
        network=place,
        local_hour=_NOON,
    )
    return policies().decide(principal, act, Resource(ResourceKind.CUSTOMER), best).allowed
