"""Customers: how they sign in, how many are inside at once, what they hand in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from makegood.configuration.subjects.part import Part


class CustomerSettings(Part):
    """Sessions, one-time codes, and a provider at which customers sign in."""

    customer_session_idle_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        default=15, description="minutes without a request after which a customer's session ends"
    )
    customer_session_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        default=2, description="hours after which a customer's session ends in any case"
    )
    customer_code_minutes: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3, description="minutes for which a customer's one-time code counts"
    )
    customer_codes_a_day: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="one-time codes that a customer can ask for in a day"
    )
    customer_account_checks_a_day: Annotated[int, Field(ge=1, le=1_000)] = Field(
        default=30, description="accounts about which the bank is asked for a customer in a day"
    )
    staff_account_checks_a_day: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=300,
        description="accounts about which a member of staff asks the bank for customers in a day",
    )
    staff_consent_codes_a_day: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=200,
        description="one-time codes that a member of staff has sent to customers in a day",
    )
    portal_oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="the address of an OpenID Connect provider at which customers sign in; "
        "empty: none",
    )
    portal_oidc_client_id: str = Field(
        default="", description="what the customers' pages are called at that provider"
    )
    portal_oidc_client_secret_file: Path | None = Field(
        default=None, description="the file with the secret that the customers' provider gave"
    )
    portal_oidc_name: str = Field(
        default="회원 계정 · Member account",
        description="what customers are told that provider's accounts are called",
    )
    portal_oidc_customer_claim: str = Field(
        default="sub",
        min_length=1,
        description="the claim of the provider's token that is the customer's pseudonym",
    )
    portal_oidc_second_factor: tuple[str, ...] = Field(
        default=("mfa",),
        description="values of that provider's 'amr' or 'acr' that mean a second factor was asked",
    )


class WaitingRoomSettings(Part):
    """How many customers are let in."""

    portal_inside_max: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0,
        description="how many customers are inside at once before others wait; 0: as measured",
    )
    portal_admissions_a_minute: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0,
        description="how many customers are let in within a minute; 0: as many as may be inside",
    )
    portal_target_milliseconds: Annotated[int, Field(ge=10, le=60_000)] = Field(
        default=500,
        description="95 of 100 customers' pages are to take less; the limit is measured by it",
    )
    portal_tickets_a_source: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=200,
        description="how many from one address wait or are inside at once; this machine: any",
    )


class DocumentSettings(Part):
    """Documents that customers hand in."""

    document_bytes_max: Annotated[int, Field(ge=1_024, le=26_214_400)] = Field(
        default=5_242_880, description="how large a document may be that is handed in, in bytes"
    )
    document_scanner: str = Field(
        default="",
        pattern=r"^(clamd:///[^\s]+|clamd://[^\s/]+)?$",
        description="a virus scanner for documents: clamd:///run/clamav/clamd.ctl, or "
        "clamd://host:3310; empty: none",
    )
