"""What the middleware finds out about a request, for everything behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from makegood.trust.policy import DeviceTrust

if TYPE_CHECKING:
    from makegood.trust.staff.models import Device, Session
    from makegood.trust.staff.origin import Origin

_ATTRIBUTE = "_makegood_standing"


@dataclass(slots=True)
class Standing:
    """Where a request comes from, on which device, in whose session.

    ``onward`` is a page to go on at where the request is refused and the member signs in again.
    """

    origin: Origin
    device: Device | None = None
    session: Session | None = None
    onward: str = ""

    @property
    def device_trust(self) -> str:
        """How the device is known, in the policies' word."""
        if self.device is None or not self.device.is_known:
            return DeviceTrust.UNKNOWN
        return DeviceTrust(self.device.kind)


def standing(request: HttpRequest) -> Standing:
    """What the middleware found out. Raises AttributeError where it did not run."""
    found: Standing = getattr(request, _ATTRIBUTE)
    return found


def put_standing(request: HttpRequest, found: Standing) -> None:
    """Let ``standing`` answer for this request."""
    setattr(request, _ATTRIBUTE, found)
