"""The engines that decide in bulk, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from makegood.decisions import duckdb_engine
from makegood.decisions.job import Job
from makegood.decisions.settle import Settled
from makegood.kernel import Finding, MakegoodError, Progress, did_you_mean

ENGINES = ("duckdb", "spark")


class Engine(Protocol):
    """Decides a job into a folder of parts."""

    def run(self, job: Job, folder: Path, progress: Progress) -> list[Settled]:
        """Decide all parts; the settled parts in order."""
        ...

    def version(self) -> str:
        """The engine's version."""
        ...


def engine_named(name: str) -> Engine:
    """The engine of this name. Raises MakegoodError MG608 for an unknown or absent one."""
    if name == "duckdb":
        return duckdb_engine
    if name == "spark":
        try:
            from makegood.decisions import spark_engine
        except ImportError as error:
            raise MakegoodError(
                Finding(
                    "MG608",
                    "the engine 'spark' is not installed",
                    "pip install 'makegood[spark]' (it needs Java 17 or later)",
                )
            ) from error
        return spark_engine
    hint = did_you_mean(name, ENGINES) or f"there are {', '.join(ENGINES)}"
    raise MakegoodError(Finding("MG608", f"no engine '{name}'", hint))
