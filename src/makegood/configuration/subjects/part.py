"""What the parts of the settings have in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """The settings of one subject. Read as a part of ``Settings`` and never alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")
