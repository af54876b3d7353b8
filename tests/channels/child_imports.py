"""Imported once by the server from which children are forked: all that takes long."""

import os

import django
import duckdb  # noqa: F401
import pyarrow.csv
import pyarrow.parquet  # noqa: F401
import requests  # noqa: F401

from makegood.project.preparing import SETTINGS_MODULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
django.setup()

import makegood.channels.exchange  # noqa: E402
import makegood.channels.messages  # noqa: E402
import makegood.channels.vouchers  # noqa: E402
import makegood.channels.web  # noqa: F401, E402
