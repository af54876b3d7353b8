"""Facts in: import, check, reject, snapshot; and synthetic populations."""

from makegood.population.checking import check_snapshot
from makegood.population.content import content_sha256_of, content_sha256_total
from makegood.population.importing import import_population
from makegood.population.layout import LINE_ID, PART_ROWS, ROW_GROUP_ROWS, schema_of
from makegood.population.opening import open_snapshot
from makegood.population.placing import kind_of, refuse_within, write_whole
from makegood.population.reading import read_line, sample_lines
from makegood.population.snapshot import Column, Outcome, Part, Rejects, Snapshot
from makegood.population.staging import Staging, remove_leftovers
from makegood.population.synthetic import make_population
from makegood.population.writer import SnapshotWriter

__all__ = [
    "LINE_ID",
    "PART_ROWS",
    "ROW_GROUP_ROWS",
    "Column",
    "Outcome",
    "Part",
    "Rejects",
    "Snapshot",
    "SnapshotWriter",
    "Staging",
    "check_snapshot",
    "content_sha256_of",
    "content_sha256_total",
    "import_population",
    "kind_of",
    "make_population",
    "open_snapshot",
    "read_line",
    "refuse_within",
    "remove_leftovers",
    "sample_lines",
    "schema_of",
    "write_whole",
]
