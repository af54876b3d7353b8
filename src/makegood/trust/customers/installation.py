"""The settings of this installation, as Django holds them."""

from __future__ import annotations

from django.conf import settings

from makegood.configuration import Settings


def installation() -> Settings:
    """The settings with which this process runs; a test may put others in."""
    found: Settings = settings.INSTALLATION
    return found
