"""The operating guide names commands, options and pages that are there."""

import re
import shlex
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from tests.docs.markdown import ROOT
from tests.docs.test_commands import COMMANDS, names_of

GUIDE = ROOT / "docs" / "operating"
PAGES = [ROOT / "docs" / "operating.md", *sorted(GUIDE.glob("*.md"))]
SITES = ("makegood.project.urls", "makegood.project.portal_urls")
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`(makegood [^`\n]+)`")
_PAGE = re.compile(r"`(/[a-z][a-z/-]*/)`")


def said(page: Path) -> list[str]:
    """Every command that a page shows, in a block or in a sentence."""
    text = page.read_text(encoding="utf-8")
    lines = [line.strip() for block in _BLOCK.findall(text) for line in block.splitlines()]
    found = [part for line in lines for part in re.findall(r"\bmakegood .*", line)]
    return found + _SPAN.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_is_the_programs(page: Path):
    for line in said(page):
        words = [word for word in shlex.split(line, comments=True)[1:] if word != "…"]
        depth = 2 if " ".join(words[:2]) in COMMANDS else 1
        name = " ".join(words[:depth])
        if name.startswith("--") or any(one.startswith(f"{name} ") for one in COMMANDS):
            continue  # 'makegood --help', or a group of commands
        assert name in COMMANDS, f"{page.name}: {line}"
        known = {option for p in COMMANDS[name].params for option in names_of(p)} | {"--help"}
        options = {word.split("=")[0] for word in words[depth:] if word.startswith("--")}
        assert options <= known, f"{page.name}: {line}"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_that_is_named_is_on_one_of_the_sites(page: Path):
    for address in _PAGE.findall(page.read_text(encoding="utf-8")):
        assert any(_is_there(address, site) for site in SITES), f"{page.name}: {address}"


def _is_there(address: str, site: str) -> bool:
    try:
        resolve(address, site)
    except Resolver404:
        return False
    return True


def test_a_chapter_says_what_is_never_done_and_who_is_told():
    for chapter in GUIDE.glob("*.md"):
        text = chapter.read_text(encoding="utf-8")
        assert re.search(r"^## Never$|\*\*Never\*\*", text, re.MULTILINE), chapter.name
        assert re.search(r"^## What to tell whom$|\*\*Tell\*\*", text, re.MULTILINE), chapter.name
