"""The programmes in force, loaded once for each of their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.publication import in_force, newest_version
from makegood.redress.serving.problems import nothing_in_force

if TYPE_CHECKING:
    from makegood.programmes import Programme

_KEPT = 16

_programmes: dict[str, Programme] = {}


def programme_in_force(name: str) -> Programme:
    """The programme that is in force now, loaded once for each of its versions.

    Raises MakegoodError MG632 where none is, MG633 where its text was changed.
    """
    version = newest_version(name)
    if version is None:
        raise nothing_in_force(name)
    return loaded(name, version)


def loaded(name: str, version: str) -> Programme:
    """The programme of a version that was in force a moment ago; a newer one, where one is by now.

    Raises MakegoodError MG632, MG633.
    """
    found = _programmes.get(version)
    if found is None:
        published = in_force(name)
        if published is None:
            raise nothing_in_force(name)
        found = published.load()
        if len(_programmes) >= _KEPT:
            _programmes.clear()
        _programmes[found.sha256] = found
    return found


def kept(programme: Programme) -> Programme:
    """The same programme, kept so that ``of_version`` finds it."""
    return _programmes.setdefault(programme.sha256, programme)


def of_version(version: str) -> Programme:
    """A programme that was kept, by its hash."""
    return _programmes[version]
