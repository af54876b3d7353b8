"""Paths in settings."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator


def from_the_root(path: Path) -> Path:
    """The same folder wherever a process goes later."""
    return path.expanduser().absolute()


AbsolutePath = Annotated[Path, AfterValidator(from_the_root)]


def beside_the_package(folder: str) -> Path:
    """A folder of the wheel, or of the repository where the program is run from there."""
    package = Path(__file__).parents[2]
    inside = package / folder
    return inside if inside.is_dir() else package.parents[1] / folder
