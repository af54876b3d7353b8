"""Where an installation lies."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field

from makegood.configuration.subjects.part import Part
from makegood.configuration.subjects.paths import AbsolutePath


def default_home() -> Path:
    """The data folder where none is named: the account's own."""
    return user_data_path("makegood")


class HomeSettings(Part):
    """The data folder, and the folders in it."""

    home: AbsolutePath = Field(
        default_factory=default_home,
        description="the program's data folder: the embedded database, keys, back-ups",
    )

    @property
    def secrets(self) -> Path:
        """The folder of what nobody else may read."""
        return self.home / "secrets"

    @property
    def runs_folder(self) -> Path:
        """The folder of runs: items, what was left out, answers."""
        return self.home / "runs"

    @property
    def decisions_folder(self) -> Path:
        """The folder of decisions that runs were planned from."""
        return self.home / "decisions"
