"""Staff: their sessions, devices, provider and hours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from makegood.configuration.subjects.part import Part


class StaffSettings(Part):
    """How members of staff sign in, and for how long."""

    session_idle_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        default=15, description="minutes without a request after which a session ends"
    )
    session_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        default=8, description="hours after which a session ends whatever is done in it"
    )
    device_certificate_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="the header in which a proxy says which client certificate it has checked",
    )
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="the address of the company's OpenID Connect provider; empty: none",
    )
    oidc_client_id: str = Field(
        default="", description="what this installation is called at the provider"
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="the file with the secret that the provider gave"
    )
    oidc_name: str = Field(
        default="회사 계정 · Company account",
        description="what the button to sign in at the provider says",
    )
    oidc_second_factor: tuple[str, ...] = Field(
        default=("mfa",),
        description="values of the provider's 'amr' or 'acr' that mean a second factor was asked",
    )


class TimeSettings(Part):
    """The zone of the installation's clock times."""

    time_zone: str = Field(
        default="Asia/Seoul", description="the zone of working hours and of reports"
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone '{name}'") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of working hours and reports."""
        return ZoneInfo(self.time_zone)
