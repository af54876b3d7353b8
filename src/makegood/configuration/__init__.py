"""How an installation is set up: typed settings from the environment and one TOML file."""

from makegood.configuration.described import described
from makegood.configuration.settings import Network, Settings, Witness

__all__ = ["Network", "Settings", "Witness", "described"]
