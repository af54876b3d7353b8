"""Styles and scripts under names that hold their hash, kept for good by browsers, and compressed.

``makegood up`` writes them into the data folder before it serves; the pages then name them, and
WhiteNoise serves them as immutable. Where that folder is not there, as in tests, they are served
from the packages under their plain names for a minute.
"""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles.finders import get_finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

FOLDER = "static"


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names with hashes for files that were written out, plain names for all others."""

    def stored_name(self, name: str) -> str:
        """The name under which a file is served."""
        known = self.hashed_files.get(self.hash_key(self.clean_name(name)))
        return str(known) if known is not None else name


def write_static_files(folder: Path) -> int:
    """Write all files of all packages, hashed and compressed; how many. Raises OSError.

    Files of former versions stay, for pages that a cache still has.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    storage = HashedFiles(location=str(folder), base_url="/static/")
    found: dict[str, tuple[object, str]] = {}
    for finder in get_finders():
        for path, source in finder.list([]):
            if path in found:
                continue
            if storage.exists(path):
                storage.delete(path)
            with source.open(path) as file:
                storage.save(path, file)
            found[path] = (storage, path)
    for name, _hashed, problem in storage.post_process(found):
        if isinstance(problem, Exception):
            raise OSError(f"the file '{name}' cannot be served") from problem
    return len(found)
