"""How an installation is set up: typed settings from the environment and one TOML file."""

from makegood.configuration.described import described, described_rows
from makegood.configuration.settings import (
    DEMONSTRATION_MARK,
    Network,
    Settings,
    Witness,
    host_and_port,
)
from makegood.configuration.sources import InForce, in_force, unknown_variables

__all__ = [
    "DEMONSTRATION_MARK",
    "InForce",
    "Network",
    "Settings",
    "Witness",
    "described",
    "described_rows",
    "host_and_port",
    "in_force",
    "unknown_variables",
]
