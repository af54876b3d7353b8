"""The commands of the README and of the tour run, and say what the pages show."""

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, commands
from tests.docs.running import is_as_shown, output_of, reader_folder

PAGES = [ROOT / "README.md", ROOT / "docs" / "tour.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_say_what_the_page_shows(tmp_path: Path, page: Path):
    environment = reader_folder(tmp_path)
    tour = commands(page)
    assert len(tour) >= 8
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
