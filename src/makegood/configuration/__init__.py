"""How an installation is set up: typed settings from the environment and one TOML file."""

from makegood.configuration.described import described, described_rows
from makegood.configuration.settings import Network, Settings, Witness
from makegood.configuration.sources import InForce, in_force, unknown_variables

__all__ = [
    "InForce",
    "Network",
    "Settings",
    "Witness",
    "described",
    "described_rows",
    "in_force",
    "unknown_variables",
]
