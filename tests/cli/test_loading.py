"""Ctrl-C while DuckDB's library loads ends the process in order; it aborts by itself otherwise."""

import signal
import subprocess
import sys

import pytest

# The library asks Python for its kinds of things one by one: the hand falls amid them.
LOADING = """
import enum, os, signal, sys
from makegood.cli.loading import load_engines_whole
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.argv[1] == "held":
    load_engines_whole()
made = enum.EnumType.__call__
def interrupted(*given, **named):
    enum.EnumType.__call__ = made
    os.kill(os.getpid(), signal.SIGINT)
    return made(*given, **named)
enum.EnumType.__call__ = interrupted
try:
    import _duckdb
except KeyboardInterrupt:
    assert enum.EnumType.__call__ is made
    print("stopped in order")
"""


@pytest.mark.parametrize(
    ("how", "returncode", "out"), [("held", 0, "stopped in order\n"), ("bare", -signal.SIGABRT, "")]
)
def test_ctrl_c_while_the_engine_loads(how: str, returncode: int, out: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADING, how], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (returncode, out), ended.stderr
