"""The settings as they are, and where each one comes from."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass

from pydantic import SecretStr

from makegood.configuration.loading import settings_file
from makegood.configuration.settings import Settings
from makegood.kernel import did_you_mean

OTHER_VARIABLES = frozenset(
    {"MAKEGOOD_SETTINGS", "MAKEGOOD_SPARK_MASTER", "MAKEGOOD_EXAMPLES", "MAKEGOOD_BLESS"}
)
"""Variables of the program and its tests that are not settings."""
_WITH_PASSWORD = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its value as text, secrets hidden.

    ``source`` is the variable it comes from, the path of the file, or ``default``.
    """

    name: str
    value: str
    source: str


def in_force() -> list[InForce]:
    """Every setting of this process, in the order of the guide. Raises as ``Settings.load``."""
    settings = Settings.load()
    file = settings_file()
    of_file = set(tomllib.loads(file.read_text(encoding="utf-8"))) if file.exists() else set()
    variables = {name.upper(): name for name in os.environ}
    found = []
    for name in Settings.model_fields:
        variable = variables.get(f"MAKEGOOD_{name.upper()}")
        source = variable or (str(file) if name in of_file else "default")
        found.append(InForce(name, _shown(getattr(settings, name)), source))
    return found


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "(hidden)"
    if isinstance(value, tuple):
        return json.dumps([_plain(one) for one in value], ensure_ascii=False)
    return _WITH_PASSWORD.sub("(hidden)@", str(value))


def _plain(value: object) -> object:
    dumped = getattr(value, "model_dump", None)
    return dumped(mode="json") if dumped else str(value)


def unknown_variables() -> dict[str, str]:
    """Variables that look like settings and are none, with the nearest name or nothing."""
    known = {f"MAKEGOOD_{name.upper()}" for name in Settings.model_fields}
    strange = [
        name
        for name in sorted(os.environ)
        if name.upper().startswith("MAKEGOOD_") and name.upper() not in known | OTHER_VARIABLES
    ]
    return {name: did_you_mean(name.upper(), known) for name in strange}
