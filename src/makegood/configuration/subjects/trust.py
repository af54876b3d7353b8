"""What guards keys, policies and the log."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from makegood.configuration.subjects.part import Part
from makegood.configuration.subjects.paths import AbsolutePath, beside_the_package


class Witness(BaseModel):
    """An outside witness of the audit log's checkpoints (C2SP tlog-witness)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="the submission prefix of the witness")
    verifier_key: str = Field(description="its verifier key: name+hash+base64")


class TrustSettings(Part):
    """The master key, the policies, and the audit log's name and witnesses."""

    master_key: str = Field(
        default="",
        description="what wraps all keys: a file's path, or gcp-kms://, aws-kms://, hcvault://",
    )
    policies: AbsolutePath = Field(
        default_factory=lambda: beside_the_package("policies"),
        description="the folder of Cedar policies",
    )
    log_origin: str = Field(
        default="makegood.invalid/log",
        pattern=r"^[^\s+]+$",
        description="the audit log's name in its checkpoints: a name of yours, without a space",
    )
    witnesses: tuple[Witness, ...] = Field(
        default=(), description="outside witnesses of the audit log's checkpoints"
    )
