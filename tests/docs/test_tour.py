"""The first tour of the README runs, and says what the README shows."""

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, commands
from tests.docs.running import is_as_shown, output_of, reader_folder

README = ROOT / "README.md"


@pytest.mark.skipif(not README.exists(), reason="an installed copy has no README")
def test_the_tour_says_what_the_readme_shows(tmp_path: Path):
    environment = reader_folder(tmp_path)
    tour = commands(README)
    assert len(tour) >= 10
    for command in tour:
        if command.text.startswith(("make ", "git ", "cd ", ". ")):
            continue  # how the reader came here; `make demo` is CI's to run
        if set_here := re.fullmatch(r"export (\w+)=(\S+)", command.text):
            environment[set_here[1]] = set_here[2]  # each command has a shell of its own
            continue
        output = output_of(command.text, tmp_path, environment)
        assert is_as_shown(output, command.output), f"$ {command.text}\n{output}"


def test_an_ellipsis_stands_for_anything_and_nothing_else_does():
    assert is_as_shown("a\nb\nc", "a\n…\nc")
    assert is_as_shown("12 of 100", "… of 100")
    assert not is_as_shown("12 of 101", "… of 100")
    assert not is_as_shown("a.c", "abc")
