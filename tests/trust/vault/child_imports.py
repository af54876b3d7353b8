"""Imported once by the server from which children are forked: all that takes long."""

import os

import django
import pyarrow.parquet  # noqa: F401

import makegood.trust.vault.loading.columns  # noqa: F401
from makegood.project.preparing import SETTINGS_MODULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
django.setup()
