"""An article of the knowledge base: what can be read out, and how people ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together, under a heading that may be empty. ``is_list``: one by one."""

    lines: tuple[str, ...]
    heading: str = ""
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """An article. ``name`` is its address within the programme: ``penalty_waiver.pay_days``.

    ``asked`` are ways in which people ask for it: searched, not shown. ``about`` is the measure's
    title and what it names, searched with it.
    """

    programme: str
    name: str
    measure: str
    title: str
    parts: tuple[Part, ...]
    asked: str = field(default="", repr=False)
    about: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """All of it, line by line."""
        lines: list[str] = []
        for part in self.parts:
            lines += [part.heading] if part.heading else []
            lines += part.lines
        return "\n".join(lines)


def part(*lines: str, heading: str = "") -> Part:
    """Sentences that follow each other; empty ones are left out."""
    return Part(tuple(line for line in lines if line), heading)


def listed(lines: Iterable[str], heading: str = "") -> Part:
    """Things, one by one."""
    return Part(tuple(lines), heading, is_list=True)
