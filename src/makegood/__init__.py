"""makegood makes an operator's customers whole after an incident: exactly, once, and with proof."""

from importlib.metadata import version

__version__ = version("makegood")
