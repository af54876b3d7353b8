"""A web process's own code is loaded before the first visitor, and no garbage to be looked for."""

import json
import subprocess
import sys

from tests.store.homes import short_home

_ASKED = """
import gc, json, sys, tempfile
from makegood.configuration import Settings
from makegood.project.preparing import prepared
with prepared():
    pass
from makegood.project import serving
loaded = [m for m in sys.modules if m.startswith("makegood.") and m.endswith("urls")]
print(json.dumps({"frozen": gc.get_freeze_count(), "seen": len(gc.get_objects()),
                  "urls": sorted(loaded)}))
"""


def test_most_of_what_is_loaded_is_not_looked_through_again() -> None:
    with short_home() as home:
        told = subprocess.run(
            [sys.executable, "-c", _ASKED],
            env={"MAKEGOOD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "makegood.project.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["frozen"] > 10 * found["seen"]
    assert "makegood.centre.urls" in found["urls"]
