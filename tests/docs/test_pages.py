"""What the pages point at is there, and no file names a machine."""

import re

import pytest

from tests.docs.markdown import ROOT, anchors, files_of_project, links, pages

# Written so that this file does not hold what it looks for.
_MACHINES = re.compile(
    "|".join(
        (
            r"/(r[o]ot|w[o]rk|h[o]me|U[s]ers)/\w",
            r"p[y]pi\.org/simple",
            r"(index-u[r]l|extra-i[n]dex)\b",
            r"C:\\U[s]ers",
        )
    )
)
_BINARY = {".png", ".parquet", ".whl", ".woff2"}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} links to {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{page.name} links to {target}"


def test_every_page_of_the_documentation_is_linked_from_its_index():
    docs = ROOT / "docs"
    linked = {(docs / target.partition("#")[0]).resolve() for target in links(docs / "README.md")}
    own = {page for page in docs.glob("*.md") if page.name != "README.md"}
    for folder in ("decisions", "operating"):
        own |= set((docs / folder).glob("*.md"))
    assert own - linked == set()


def test_no_file_names_a_machine_or_a_registry():
    found = []
    for path in files_of_project():
        if path.suffix in _BINARY:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in _MACHINES.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text", ["see /r" + "oot/x", "https://p" + "ypi.org/simple", "C:\\U" + "sers"]
)
def test_a_machine_is_recognised(text):
    assert _MACHINES.search(text)
