"""What the first page says of a programme, already in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when something can be done; ``until`` in words of the programme's own clock."""

    words: str
    until: str
    is_over: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what a measure promises, with what stands under it."""

    words: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnouncedMeasure:
    """One measure as it is announced: what everybody gets, until when, who, who not, how."""

    measure: str
    title: str
    promise: str
    deadlines: tuple[Deadline, ...]
    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """The start page's text, from the programme file alone.

    ``phone`` and ``hours`` are empty where the programme names no support centre; ``ways`` are how
    one applies, in words.
    """

    programme: str
    title: str
    operator: str
    language: str
    happened: str
    look_up_text: str
    look_up_is_open: bool
    sections: tuple[AnnouncedMeasure, ...]
    deadlines: tuple[Deadline, ...]
    ways: tuple[str, ...]
    phone: str
    hours: str
