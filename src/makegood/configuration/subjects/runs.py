"""Runs: how old facts may be by which a run is planned."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from makegood.configuration.subjects.part import Part


class RunSettings(Part):
    """What holds back a run that nobody else looks at."""

    facts_days_max: Annotated[int, Field(ge=0, le=3_660)] = Field(
        default=35,
        description="a run is not planned by a snapshot that is further than these days from its "
        "day: it waits for another one; 0: any will do",
    )
