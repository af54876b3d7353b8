"""Short messages and mail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from makegood.configuration.subjects.part import Part


class MessageSettings(Part):
    """Who messages come from, where mail goes, and how late an event is still told."""

    sms_sender: str = Field(
        default="",
        pattern=r"^[0-9-]{0,15}$",
        description="the number that short messages come from, as it is registered",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="where mail goes: smtps://USER:PASSWORD@HOST:PORT (TLS), smtp+starttls://…, "
        "or smtp://… without TLS",
    )
    mail_keep_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=30,
        description="days after which notices of undelivered mail that were applied or set aside "
        "are removed",
    )
    smtp_ca: Path | None = Field(
        default=None,
        description="a file of certificates by which that server is known; else the machine's own",
    )
    event_message_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=3,
        description="days after which an event that nobody was told of is not told any more; 0: "
        "no events are told",
    )
    mail_from: str = Field(
        default="",
        pattern=r"^([^@\s]+@[^@\s]+)?$",
        description="the address that mail comes from, and that bounces come back to",
    )
