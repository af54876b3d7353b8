"""Messages that lie in ``out`` and that the partner has not taken.

It still may take each of them. So it is not asked about their items, and is not believed where it
says that it never received one: sent again under another attempt, both would be carried out.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from makegood.channels.contract import Outcome

NOT_RECEIVED = "not_received"
"""The code of a failure by which a partner says that it never had an item."""

_PLACE = {"key": pa.string(), "attempt": pa.int16()}
_READING = pv.ConvertOptions(column_types=_PLACE, include_columns=list(_PLACE))
_LINES = pv.ParseOptions(newlines_in_values=True)


def lies_untaken(out: Path, message_id: str) -> bool:
    """Whether the message waits for the partner: it is placed, and there is no receipt for it."""
    return (out / f"{message_id}.json").exists() and not (out / f"{message_id}.taken").exists()


def untaken(out: Path) -> list[str]:
    """All messages that wait for the partner, by their names."""
    names = sorted(path.stem for path in out.glob("[!.]*.json"))
    return [name for name in names if lies_untaken(out, name)]


def disowns_any(
    out: Path, messages: Collection[str], answers: pa.Table, named: Collection[str]
) -> bool:
    """Whether answers say of an item of one of these messages that it was never received.

    ``named`` are the messages that the answers are about by their own words: they count where the
    partner is just taking one, and its rows are gone or no longer what they were.
    """
    denied = answers.filter(
        pc.and_(
            pc.equal(answers["outcome"], Outcome.FAILED.value),
            pc.equal(answers["code"], NOT_RECEIVED),
        )
    ).select(list(_PLACE))
    return bool(denied.num_rows) and any(_holds(out, each, denied, named) for each in messages)


def _holds(out: Path, message_id: str, denied: pa.Table, named: Collection[str]) -> bool:
    try:
        data = (out / f"{message_id}.csv").read_bytes()
        items = pv.read_csv(pa.py_buffer(data), parse_options=_LINES, convert_options=_READING)
    except (FileNotFoundError, pa.ArrowException):
        return message_id in named
    return bool(denied.join(items, keys=list(_PLACE), join_type="left semi").num_rows)
