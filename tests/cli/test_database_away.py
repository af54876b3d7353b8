"""A database that goes away in the middle of a command is told, without a traceback."""

import subprocess
import sys

import pytest

_COMMAND = """
import sys
from makegood.cli import application

@application.application.command("fail")
def fail() -> None:
    import django.db
    import psycopg

    raise {error}("the row holds 010-1234-5678")

sys.argv = ["makegood", "fail"]
application.run()
"""


def ended(error: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _COMMAND.format(error=error)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("error", ["psycopg.OperationalError", "django.db.InterfaceError"])
def test_it_is_told_and_nothing_of_the_servers_text(error: str) -> None:
    done = ended(error)
    assert done.returncode == 1
    assert "MG703" in done.stderr
    assert "Traceback" not in done.stderr
    assert "1234" not in done.stderr


def test_what_is_a_fault_of_the_programs_still_shows_where() -> None:
    assert "Traceback" in ended("KeyError").stderr
