"""A report's page as a reader has it: its tables, its pictures, its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "img", "input", "link", "col"}
LOADING = {"src", "href", "xlink:href", "srcset", "data", "action", "poster", "background"}


@dataclass
class Table:
    """A table by its caption; a row is its head and its cells."""

    section: str
    caption: str = ""
    rows: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """Reads a page; a tag that is not closed where it should be fails the test."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[tuple[int, str]] = []
        self.tables: list[Table] = []
        self.words: list[str] = []
        self.styles: list[str] = []
        self._open: list[str] = []
        self._section = ""
        self._row: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def table(self, caption: str, section: str = "") -> Table:
        """The one table of this caption, in the section of a measure if it is named."""
        (found,) = [t for t in self.tables if t.caption == caption and section in ("", t.section)]
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "section":
            self._section = dict(attrs).get("id") or ""
        if tag == "table":
            self.tables.append(Table(self._section.removeprefix("measure-")))
        if tag == "tr":
            self._row = []
        if tag in ("th", "td"):
            self._row.append("")
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"{tag} closed at {self.getpos()}"
        if tag == "tr" and "tbody" in self._open:
            self.tables[-1].rows[self._row[0]] = self._row[1:]

    def handle_data(self, data: str) -> None:
        where = self._open[-1:] or [""]
        if where == ["style"]:
            self.styles.append(data)
        elif data.strip():
            self.words.append(data.strip())
        if "caption" in self._open:
            self.tables[-1].caption += data.strip()
        if ("th" in self._open or "td" in self._open) and self._row:
            self._row[-1] += data
        if any(tag in self._open for tag in ("h1", "h2", "h3", "h4")):
            level, words = self.headings[-1]
            self.headings[-1] = level, (words + data).strip()


def number(text: str) -> int:
    """The whole number that a cell says: ``1,234``, ``1,234원``, ``CAD 12.50``."""
    return int("".join(c for c in text if c.isdigit()))
