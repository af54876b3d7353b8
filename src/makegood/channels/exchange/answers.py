"""Answer files: what a partner says became of items, with control totals of its own.

``<name>.csv`` has the columns key, attempt, outcome, code, at; ``<name>.json`` says how many rows
there are, how many of each outcome, the SHA-256, and the messages they are about. The control file
comes last: without it nothing is read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from makegood.channels.contract import ANSWER_SCHEMA, Outcome
from makegood.channels.exchange.placing import NotPlain, place_new, plain_bytes
from makegood.kernel import looks_personal

ANSWERS_FORMAT = "makegood-answers/1"
BYTES_MAX = 2 << 30
"""The longest answer file that is read; a partner answers in parts."""

CONTROL_BYTES_MAX = 4 << 20
"""The longest control file that is read: some ten thousand messages."""

CODE_LETTERS_MAX = 35
CODES_MAX = 1_000
"""More different codes than this are no codes."""

# Both become names of files here, so they are nothing but what was given out.
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,35}")
_ENQUIRY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_CODE = rf"^[A-Za-z0-9_.:-]{{0,{CODE_LETTERS_MAX}}}$"
_REQUIRED = frozenset({"format", "message_ids", "rows", "sha256"})
_OPTIONAL = frozenset({"done", "failed", "returned", "unknown", "enquiry_id", "taken"})
_OUTCOMES = frozenset(Outcome)

_READING = pv.ConvertOptions(
    column_types={field.name: field.type for field in ANSWER_SCHEMA},
    include_columns=ANSWER_SCHEMA.names,
    null_values=[""],
    strings_can_be_null=False,
)


class Unusable(Exception):
    """A file that is no answer file; the text says why, without anything of its rows."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What an answer file says. ``enquiry_id`` and ``taken`` where it answers about a message."""

    source_id: str
    message_ids: tuple[str, ...]
    table: pa.Table
    counts: Mapping[str, int]
    enquiry_id: str = ""
    taken: str = ""


def read_answers(csv: Path, control: Path) -> Answers:
    """Read and check a pair of files.

    Raises Unusable, FileNotFoundError where one is missing, OSError where the machine cannot read
    them now.
    """
    said = read_control(control)
    # Read once: what is hashed is what is parsed, whatever happens to the file meanwhile.
    try:
        data = plain_bytes(csv, BYTES_MAX)
    except NotPlain as why:
        raise Unusable(f"its rows: {why}") from None
    content = sha256(data).hexdigest()
    if content != said["sha256"]:
        raise Unusable("its rows are not those that its control file was made for (sha256)")
    table = _parsed(data)
    counts = _checked(table)
    _expect_totals(said, table.num_rows, counts)
    enquiry, taken = said.get("enquiry_id", ""), said.get("taken", "")
    if enquiry:
        content = sha256(f"{content}\n{enquiry}\n{taken}".encode()).hexdigest()
    return Answers(content, tuple(said["message_ids"]), table, counts, enquiry, taken)


def read_control(control: Path) -> dict[str, Any]:
    """What a control file of answers says, by its own names.

    Raises Unusable, FileNotFoundError, OSError where the machine cannot read it now.
    """
    try:
        said = json.loads(plain_bytes(control, CONTROL_BYTES_MAX))
    except NotPlain as why:
        raise Unusable(f"its control file: {why}") from None
    except (ValueError, RecursionError):
        raise Unusable("its control file is no JSON") from None
    if not isinstance(said, dict) or said.get("format") != ANSWERS_FORMAT:
        raise Unusable(f"its control file is not of the format {ANSWERS_FORMAT}")
    missing, more = _REQUIRED - said.keys(), said.keys() - _REQUIRED - _OPTIONAL
    if missing:
        raise Unusable(f"its control file lacks {', '.join(map(repr, sorted(missing)))}")
    if more:
        # Which ones is not repeated: a partner may have put anything there.
        raise Unusable(f"its control file has {len(more)} unknown names")
    ids = said["message_ids"]
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise Unusable("'message_ids' of its control file is no list of texts")
    if not all(_MESSAGE_ID.fullmatch(each) for each in ids):
        raise Unusable("'message_ids' of its control file names what can be no message")
    if "enquiry_id" in said:
        enquiry = said["enquiry_id"]
        if not isinstance(enquiry, str) or not _ENQUIRY_ID.fullmatch(enquiry):
            raise Unusable("'enquiry_id' of its control file is none that was given")
        if said.get("taken") not in ("yes", "no"):
            raise Unusable("'taken' of its control file is neither yes nor no")
    return said


def write_answers(
    folder: Path,
    name: str,
    answers: pa.Table,
    message_ids: Sequence[str],
    *,
    enquiry_id: str = "",
    taken: str = "",
) -> bool:
    """Place a pair of files of answers (ANSWER_SCHEMA); False where they stand there already.

    One writer for a name. For whoever answers: fakes, and channels that are answered on the line.
    """

    def rows(hidden: Path) -> None:
        pv.write_csv(answers.select(ANSWER_SCHEMA.names), hidden)

    csv, control = folder / f"{name}.csv", folder / f"{name}.json"
    if control.exists():
        return False
    # Without its control file nobody reads it: what a killed process left is written anew.
    csv.unlink(missing_ok=True)
    place_new(csv, rows)
    counts = Counter(answers["outcome"].to_pylist())
    said = {
        "format": ANSWERS_FORMAT,
        "message_ids": list(message_ids),
        "rows": answers.num_rows,
        **{str(outcome): counts.get(str(outcome), 0) for outcome in Outcome},
        "sha256": sha256(csv.read_bytes()).hexdigest(),
        **({"enquiry_id": enquiry_id, "taken": taken} if enquiry_id else {}),
    }
    text = json.dumps(said, indent=1) + "\n"
    return place_new(control, lambda hidden: hidden.write_text(text, "utf-8"))


def _parsed(data: bytes) -> pa.Table:
    try:
        table = pv.read_csv(pa.py_buffer(data), convert_options=_READING)
        return table.cast(ANSWER_SCHEMA)
    except pa.ArrowKeyError:
        wanted = ", ".join(ANSWER_SCHEMA.names)
        raise Unusable(f"its rows have not the columns {wanted}") from None
    except (pa.ArrowException, ValueError):
        # The message of the parser holds a piece of the file, so it is not repeated.
        raise Unusable("a row cannot be read as key, attempt, outcome, code, at") from None


def _checked(table: pa.Table) -> dict[str, int]:
    """How many rows of each outcome. Raises Unusable."""
    counts = {
        pair["values"]: pair["counts"] for pair in pc.value_counts(table["outcome"]).to_pylist()
    }
    if counts.keys() - _OUTCOMES:
        raise Unusable("an outcome is none of done, failed, returned, unknown")
    if table.num_rows == 0:
        return counts
    codes = pc.unique(table["code"])
    if len(codes) > CODES_MAX:
        raise Unusable(f"it has more than {CODES_MAX:,} different codes")
    if any(looks_personal(code) for code in codes.to_pylist()):
        raise Unusable("a code looks like somebody's telephone number or address")
    if not pc.all(pc.match_substring_regex(codes, _CODE)).as_py():
        raise Unusable(f"a code is longer than {CODE_LETTERS_MAX} letters, or no plain word")
    if pc.min(pc.binary_length(table["key"])).as_py() == 0:
        raise Unusable("a row has no key")
    if pc.min(table["attempt"]).as_py() < 1:
        raise Unusable("an attempt is below 1")
    return counts


def _expect_totals(said: Mapping[str, Any], rows: int, counts: Mapping[str, int]) -> None:
    found = {"rows": rows, **{str(each): counts.get(str(each), 0) for each in Outcome}}
    for name, number in found.items():
        if name in said and said[name] != number:
            raise Unusable(f"its control file says another number for '{name}' than {number:,}")
