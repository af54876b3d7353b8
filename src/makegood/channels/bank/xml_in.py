"""XML of the bank, read in one pass and without trust.

No document type is allowed, so there are no entities, of the file or from outside; nothing is
fetched; the file's size is limited, and the parser keeps its own limits of depth and length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from makegood.channels.bank.reading import Broken

BYTES_MAX: Final = 1 << 30
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:((?:pain\.002|camt\.054)\.001\.[0-9]{2})")


def message_kind(path: Path) -> str:
    """Which message a file is, ``pain.002.001.10`` for one. Raises Broken where it is none."""
    for element in _events(path, "start", ()):
        found = _NAMESPACE.fullmatch(etree.QName(element).namespace or "")
        if not found:
            break
        return found[1]
    raise Broken("it is neither a pain.002 nor a camt.054")


def elements(path: Path, *names: str) -> Iterator[tuple[str, etree._Element]]:
    """Every element of these names when it ends. The repeated ones before it are forgotten.

    What is given is whole only until the next one is asked for. Raises Broken.
    """
    for element in _events(path, "end", names):
        yield etree.QName(element).localname, element
        element.clear(keep_tail=True)
        parent = element.getparent()
        before = element.getprevious()
        # The element itself is still the parser's; its like before it are not.
        while parent is not None and before is not None and before.tag == element.tag:
            parent.remove(before)
            before = element.getprevious()


def child(element: etree._Element, *path: str) -> etree._Element | None:
    """The first element at a path of local names."""
    found: etree._Element | None = element
    for name in path:
        found = next(children(found, name), None) if found is not None else None
    return found


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of a local name."""
    return element.iterchildren(f"{{*}}{name}")


def said(element: etree._Element, *path: str) -> str:
    """The text at a path of local names; empty where there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def _events(path: Path, event: str, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """Elements at one of their events; all elements where no name is given."""
    if path.stat().st_size > BYTES_MAX:
        raise Broken(f"it is larger than {BYTES_MAX >> 20} MiB")
    is_first = True
    try:
        with path.open("rb") as file:
            for found, element in etree.iterparse(
                file,
                events=("start", "end"),
                tag=[f"{{*}}{name}" for name in ("Document", *names)] if names else None,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            ):
                if is_first and element.getroottree().docinfo.doctype:
                    raise Broken("it declares a document type, which no bank needs")
                is_first = False
                if found == event and (not names or etree.QName(element).localname in names):
                    yield element
    except etree.LxmlError as error:
        line = getattr(error, "lineno", None)
        raise Broken(f"it is no whole XML: line {line}" if line else "it is no whole XML") from None
