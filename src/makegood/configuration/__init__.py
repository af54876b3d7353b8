"""How an installation is set up: typed settings from the environment and one TOML file."""

from makegood.configuration.described import described, described_rows
from makegood.configuration.settings import Settings
from makegood.configuration.sources import InForce, in_force, unknown_variables
from makegood.configuration.subjects.demonstration import DEMONSTRATION_MARK
from makegood.configuration.subjects.networks import Network
from makegood.configuration.subjects.sites import host_and_port
from makegood.configuration.subjects.trust import Witness

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
