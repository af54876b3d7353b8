"""A demonstration's clock."""

from __future__ import annotations

from pydantic import Field

from makegood.configuration.subjects.part import Part

DEMONSTRATION_MARK = "rehearsal.json"
"""The file beside a data folder that holds nothing but what was made up."""


class DemonstrationSettings(Part):
    """What ``makegood demo`` sets for the processes it starts."""

    demo_shift_seconds: int = Field(
        default=0,
        description="by how much the clock is moved, in a demonstration's folder alone; "
        "'makegood demo' sets it",
    )
