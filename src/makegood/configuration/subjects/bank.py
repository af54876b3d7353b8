"""The bank: who pays, which file it takes, where it is asked."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from makegood.configuration.subjects.part import Part
from makegood.configuration.subjects.paths import AbsolutePath


class BankSettings(Part):
    """Payment files to the bank and enquiries at it."""

    bank_debtor_name: str = Field(
        default="", max_length=140, description="who pays, as the bank knows the company"
    )
    bank_debtor_bank: str = Field(
        default="",
        pattern=r"^([0-9]{3})?$",
        description="the bank that pays: its code of three digits at the KFTC",
    )
    bank_debtor_account: SecretStr | None = Field(
        default=None, description="the number of the account that pay-outs are taken from"
    )
    bank_csv_template: AbsolutePath | None = Field(
        default=None,
        description="a template (TOML) of the bank's own CSV, written beside the ISO 20022 file",
    )
    bank_fetches: Literal["xml", "csv"] = Field(
        default="xml",
        description="which of the two files the bank takes; it appears after the other",
    )
    bank_address: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="where the bank answers enquiries: holder of an account, result of a transfer; "
        "https, or http on this machine; empty: nowhere",
    )
    bank_token_file: Path | None = Field(
        default=None, description="the file with the token of the bank's enquiries"
    )
    bank_institution: str = Field(
        default="",
        pattern=r"^([A-Z0-9]{10})?$",
        description="what this company is called in the bank's enquiries: ten letters",
    )
    bank_failed_codes: tuple[str, ...] = Field(
        default=("412", "415", "416", "419", "420"),
        description="results of an enquiry that mean: not paid, and never will be; "
        "any other than 000 leaves it open",
    )
    bank_wait_seconds: Annotated[float, Field(gt=0, le=120)] = Field(
        default=10, description="how long the bank's answer to an enquiry is waited for"
    )
    bank_requests_a_second: Annotated[float, Field(gt=0, le=10_000)] = Field(
        default=20, description="enquiries a process may make in a second"
    )
    bank_keep_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=30,
        description="days after which files of the bank that were applied or set aside are removed",
    )

    @field_validator("bank_address")
    @classmethod
    def _sealed_on_its_way(cls, address: str) -> str:
        """Account numbers and a token leave this machine over TLS alone."""
        parts = urlsplit(address)
        if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
            raise ValueError("account numbers would travel in clear: it has to begin with https://")
        return address


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
