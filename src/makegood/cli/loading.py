"""Ctrl-C while an engine loads: DuckDB's library ends the whole process where it is interrupted.

It is loaded by whichever command first needs it, from some twenty places. So the wait belongs to
loading itself and not to each of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from makegood.kernel import uninterrupted

_NATIVE = "_duckdb"


class _Held(Loader):
    """Loads as another loader does, with Ctrl-C held as long as that takes."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        with uninterrupted():
            return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        with uninterrupted():
            self._loader.exec_module(module)


class _Finder(MetaPathFinder):
    """Finds the native library where it would be found, and nothing else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _NATIVE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Held(spec.loader)
        return spec


def load_engines_whole() -> None:
    """From now on Ctrl-C waits until DuckDB's library is loaded. Once is enough."""
    if not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


__all__ = ["load_engines_whole"]
