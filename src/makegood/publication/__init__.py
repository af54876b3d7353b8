"""Programmes in force: proposed with what they cost, published by two persons, kept for good."""

from makegood.publication.forecast import forecast_of
from makegood.publication.kept import NEWEST, Published, in_force, newest_version, versions
from makegood.publication.proposing import contents_of, propose
from makegood.publication.publishing import publish

__all__ = [
    "NEWEST",
    "Published",
    "contents_of",
    "forecast_of",
    "in_force",
    "newest_version",
    "propose",
    "publish",
    "versions",
]
