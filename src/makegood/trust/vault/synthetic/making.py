"""A file of made-up contacts."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from makegood.kernel import Finding, MakegoodError, Progress, silent

_BATCH = 20_000
"""People are drawn by so many, so that fewer are the first of more."""


def make_contacts(out: Path, *, people_count: int, seed: int, progress: Progress = silent) -> int:
    """Write made-up contacts to ``out``: .csv, .csv.gz or .parquet by its name; its bytes.

    The same seed makes the same people, and fewer people are the first of more. The file appears
    whole or not at all. Raises MakegoodError MG735 where it stands already, MG730 for another
    ending of its name.
    """
    from makegood.trust.vault.synthetic.columns import people

    if out.exists():
        hint = "name another file, or remove it yourself"
        raise MakegoodError(Finding("MG735", f"{out} stands there already", hint))
    partial = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with _writer(partial, out.name) as writer:
            for first in range(1, people_count + 1, _BATCH):
                count = min(_BATCH, people_count - first + 1)
                writer.write_batch(people(seed, first, _BATCH).slice(0, count))
                progress("made", first + count - 1, people_count)
        size = partial.stat().st_size
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return size


@contextmanager
def _writer(file: Path, name: str) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    from makegood.trust.vault.synthetic.columns import SCHEMA

    if name.endswith(".parquet"):
        with pa.parquet.ParquetWriter(file, SCHEMA) as writer:
            yield writer
    elif name.endswith((".csv", ".csv.gz")):
        compression = "gzip" if name.endswith(".gz") else None
        with (
            pa.output_stream(file, compression=compression) as stream,
            pa.csv.CSVWriter(stream, SCHEMA) as writer,
        ):
            yield writer
    else:
        hint = "let its name end in .csv, .csv.gz or .parquet"
        raise MakegoodError(Finding("MG730", f"{name}: no kind of file that can be made", hint))
