"""Names and contents of tiles and entry bundles (c2sp.org/tlog-tiles)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

WIDTH = 256
"""How many hashes or entries a full tile holds."""

ENTRIES = "entries"
"""What stands for the level in the path of an entry bundle."""


def tile_path(level: int | str, index: int, width: int = WIDTH) -> PurePosixPath:
    """Where a tile is: ``tile/<L>/<N>[.p/<W>]``, N in groups of three digits."""
    groups: list[str] = []
    rest = index
    while True:
        rest, group = divmod(rest, 1000)
        groups.append(f"{group:03d}" if not groups else f"x{group:03d}")
        if not rest:
            break
    path = PurePosixPath("tile", str(level), *reversed(groups))
    return path if width == WIDTH else path.with_name(path.name + ".p") / str(width)


def tiles_between(old_size: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Level, index, width of every tile that the log had not at ``old_size``, partial or full."""
    level = 0
    while (count := size >> (8 * level)) > 0:
        had = old_size >> (8 * level)
        for index in range(had // WIDTH, -(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            if index * WIDTH + width > had:
                yield level, index, width
        level += 1


def bundle(payloads: Sequence[bytes]) -> bytes:
    """Entries one after the other, each after its length in two bytes."""
    return b"".join(len(payload).to_bytes(2, "big") + payload for payload in payloads)
