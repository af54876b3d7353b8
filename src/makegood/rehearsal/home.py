"""The data folder of a rehearsal: marked, so that it is never mixed with a real one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from makegood.configuration import DEMONSTRATION_MARK as MARK
from makegood.kernel import Finding, MakegoodError

_CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Home:
    """A rehearsal's folder and what lies where in it."""

    folder: Path

    @property
    def data(self) -> Path:
        """What the installation calls its data folder."""
        return self.folder / "data"

    @property
    def clock(self) -> Path:
        """The file with the present instant."""
        return self.folder / _CLOCK

    @property
    def populations(self) -> Path:
        """The folder of snapshots: one for each day on which lines become known."""
        return self.folder / "populations"

    @property
    def outside(self) -> Path:
        """What the fakes keep: the outside's own books."""
        return self.folder / "outside"

    @property
    def logs(self) -> Path:
        """What worker processes said on their way."""
        return self.folder / "logs"

    @property
    def mistakes(self) -> Path:
        """What worker processes told as mistakes of the program, a line for each."""
        return self.logs / "mistakes"

    def expect_mark(self) -> Mapping[str, object]:
        """What the mark says. Raises MakegoodError MG895 where the folder is no rehearsal's."""
        try:
            said = json.loads((self.folder / MARK).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise _mixed(self.folder) from None
        if not isinstance(said, dict):
            raise _mixed(self.folder)
        return said


@contextmanager
def rehearsal_home(kept: Path | None, mark: Mapping[str, object]) -> Iterator[Home]:
    """A new folder, marked as a rehearsal's; removed at the end unless ``kept`` names it.

    Raises MakegoodError MG895 where the named folder holds anything already.
    """
    if kept is None:
        # A short path: the database's socket lies in it.
        folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    else:
        folder = kept.expanduser().absolute()
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise _mixed(folder)
    home = Home(folder)
    for place in (home.folder, home.data, home.populations, home.outside, home.logs):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / MARK).write_text(json.dumps(dict(mark), indent=2) + "\n", encoding="utf-8")
    try:
        yield home
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def own_environment(home: Home, settings: Mapping[str, str]) -> None:
    """Only the rehearsal's own settings hold in this process: a real store cannot be reached."""
    for name in [name for name in os.environ if name.startswith("MAKEGOOD_")]:
        del os.environ[name]
    os.environ["MAKEGOOD_HOME"] = str(home.data)
    for name, value in settings.items():
        os.environ[f"MAKEGOOD_{name.upper()}"] = value


def _mixed(folder: Path) -> MakegoodError:
    hint = "name a folder that is not there yet, or leave --home away"
    return MakegoodError(
        Finding("MG895", f"'{folder.name}' is not an empty folder for a rehearsal", hint)
    )
