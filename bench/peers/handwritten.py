"""The hand-written DuckDB query, in whichever way of writing is quickest on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

THREADS = 2
_QUERY = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
_FORMAT = "FORMAT parquet, COMPRESSION zstd"


def decide(parts: Sequence[Path], out: Path, way: str) -> None:
    """Decide all parts into the folder ``out``."""
    match way:
        case "one file":
            _copy(parts, out / "all.parquet", threads=THREADS)
        case "one file, any order":
            _copy(parts, out / "all.parquet", threads=THREADS, ordered=False)
        case "a file for each part":
            for part in parts:
                _copy([part], out / part.name, threads=THREADS)
        case _:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda part: _copy([part], out / part.name, threads=1), parts))


def _copy(parts: Sequence[Path], to: Path, *, threads: int, ordered: bool = True) -> None:
    files = "[" + ", ".join(f"'{part}'" for part in parts) + "]"
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.execute(f"SET preserve_insertion_order = {ordered}")
        connection.execute(f"COPY ({_QUERY.format(parts=files)}) TO '{to}' ({_FORMAT})")
