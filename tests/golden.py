"""Expected outputs that are kept as files.

After a change that is meant, ``MAKEGOOD_BLESS=1`` writes them anew; read the difference before
keeping it.
"""

import os
from pathlib import Path

BLESSING = bool(os.environ.get("MAKEGOOD_BLESS"))


def assert_golden(text: str, path: Path) -> None:
    """The text is what the file holds; with MAKEGOOD_BLESS it is from now on."""
    if BLESSING:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"MAKEGOOD_BLESS=1 writes {path.name} anew"
