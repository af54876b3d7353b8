"""Where the files of a run are."""

from __future__ import annotations

import os
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from makegood.configuration import Settings

ITEMS, ANSWERS, LEFT_OUT, MANIFEST = "items", "answers", "left_out.parquet", "manifest.json"
UNMATCHED, LEAVING = "unmatched", "leaving"
DEVIATIONS = "deviations.parquet"
"""The lines of a run of money that get something else than they were shown."""

# Keys are random: a dictionary of them is only work, and so is packing them.
_WORDS = ["attempt", "outcome", "code", "at"]


def folder_of(settings: Settings, run_id: UUID) -> Path:
    """The run's folder. All machines that work on runs share the folder it lies in."""
    return settings.runs_folder / str(run_id)


def items_file(folder: Path, number: int) -> Path:
    """The items of a shard (ITEM_SCHEMA)."""
    return folder / ITEMS / f"shard-{number:05d}.parquet"


def leaving_file(folder: Path, number: int) -> Path:
    """What leaves of a shard of which not everything does (ITEM_SCHEMA)."""
    return folder / LEAVING / f"shard-{number:05d}.parquet"


def answers_file(folder: Path, source_id: str, number: int) -> Path:
    """What a source said about items of a shard (ANSWER_SCHEMA)."""
    return folder / ANSWERS / f"{source_id}-{number:05d}.parquet"


def answers_of(folder: Path, number: int) -> dict[str, Path]:
    """The files of answers about a shard that lie there, by source."""
    ending = f"-{number:05d}.parquet"
    found = sorted((folder / ANSWERS).glob(f"*{ending}"))
    return {path.name.removesuffix(ending): path for path in found}


def unmatched_file(settings: Settings, source_id: str) -> Path:
    """The answers of a source that are about nothing any run has."""
    return settings.runs_folder / UNMATCHED / f"{source_id}.parquet"


def sha256_of_file(path: Path) -> str:
    """The hash of a file's bytes, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def packing(table: pa.Table) -> dict[str, str]:
    """How each column of items or answers is packed: keys are random, so they are not."""
    return {name: "none" if name == "key" else "zstd" for name in table.column_names}


def put(table: pa.Table, path: Path) -> None:
    """Write a table whole, or not at all, and onto the disk. Again is harmless."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            pq.write_table(table, file, compression=packing(table), use_dictionary=_WORDS)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
