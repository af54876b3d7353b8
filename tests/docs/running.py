"""Runs a page's commands in a folder of its own, as a reader would, and compares the output."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.markdown import ROOT

COLUMNS = "96"
_PROGRESS = re.compile(r"^[a-z ]+: [\d,]+( of [\d,]+)?$")


def reader_folder(folder: Path) -> dict[str, str]:
    """Make a folder look like a fresh clone that is set up; the environment to run in."""
    for name in ("programmes", "examples", "tools"):
        (folder / name).symlink_to(ROOT / name)
    program = folder / "bin" / "makegood"
    program.parent.mkdir()
    start = "from makegood.cli import main; main()"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{start}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    # The program's own Python, as an activated environment has it.
    (folder / "bin" / "python3").symlink_to(sys.executable)
    paths = [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    return os.environ | {"PATH": path, "COLUMNS": COLUMNS, "PYTHONPATH": os.pathsep.join(paths)}


def output_of(command: str, folder: Path, environment: dict[str, str]) -> str:
    """Both outputs of a command in the order in which they came, without progress."""
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{command}"],
        cwd=folder,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return "\n".join(line for line in lines if not _PROGRESS.match(line)).strip("\n")


def is_as_shown(output: str, shown: str) -> bool:
    """Whether an output is what a page shows; ``…`` there stands for anything."""
    pattern = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", shown))
    return re.fullmatch(pattern, output, re.DOTALL) is not None
