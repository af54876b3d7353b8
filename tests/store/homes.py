"""Data folders for tests that run an embedded server of their own."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from makegood.store.embedded import Embedded
from tests.store_fixture import QUICK

ROOT = Path(__file__).parents[2]

USE = """
import sys
from pathlib import Path
from makegood.store.embedded import Embedded
from tests.store_fixture import QUICK
embedded = Embedded(Path(sys.argv[1]), QUICK)
with embedded.used():
    with embedded.address("makegood").connect(autocommit=True) as connection:
        connection.execute("SELECT 1")
    print("in", flush=True)
    if sys.argv[2] == "wait":
        sys.stdin.read()
print("out", flush=True)
"""
"""A process that uses the store of a folder, and leaves at once or when its input ends."""


@contextmanager
def short_home() -> Iterator[Path]:
    """A data folder with a short path, outside of what pytest keeps; no server is left in it."""
    folder = Path(tempfile.mkdtemp(prefix="mg-"))
    home = folder / "home"
    try:
        yield home
    finally:
        Embedded(home).cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def using(home: Path, how: str = "leave") -> subprocess.Popen[str]:
    """Start a process that uses the store."""
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(home), how],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def quick(home: Path) -> Embedded:
    """The server of a folder, without waiting for the disk."""
    return Embedded(home, QUICK)
