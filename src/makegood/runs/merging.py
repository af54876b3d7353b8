"""What all answers about a shard come to, whatever order they came in and however often.

An item was returned where any answer says so; it is contradictory where one says done and another
failed; else it is what was said; else unknown. What a person found out ends a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from makegood.channels import ITEM_SCHEMA, Outcome
from makegood.runs.locating import Places, Said, locate

CONTRADICTORY = "contradictory"
"""Said to be done and to have failed. A person finds out which; it is never sent again."""

FOUND_DONE, FOUND_FAILED = "found_done", "found_failed"
"""What a person found out. It stands above what the other side said, but for a return."""

_RETURNED, _DONE, _FAILED, _FOUND_DONE, _FOUND_FAILED = 1, 2, 4, 8, 16
_BITS: Mapping[str, int] = {
    Outcome.RETURNED.value: _RETURNED,
    Outcome.DONE.value: _DONE,
    Outcome.FAILED.value: _FAILED,
    FOUND_DONE: _FOUND_DONE,
    FOUND_FAILED: _FOUND_FAILED,
}
WORDS = (
    Outcome.UNKNOWN.value,
    Outcome.DONE.value,
    Outcome.FAILED.value,
    Outcome.RETURNED.value,
    CONTRADICTORY,
)
"""What an item can have come to."""
_UNKNOWN = 0
_NOT_WELL = [WORDS.index(word) for word in (Outcome.FAILED, Outcome.RETURNED, CONTRADICTORY)]
_TOLD = ["item", "key", "line_id", "attempt", "amount"]


def _word(bits: int) -> int:
    """Which word what was said of an item comes to, as its place in WORDS."""
    if bits & _RETURNED:
        return WORDS.index(Outcome.RETURNED)
    if bits & (_FOUND_DONE | _FOUND_FAILED):
        return WORDS.index(Outcome.FAILED if bits & _FOUND_FAILED else Outcome.DONE)
    if bits & _DONE and bits & _FAILED:
        return WORDS.index(CONTRADICTORY)
    if bits & _DONE:
        return WORDS.index(Outcome.DONE)
    return WORDS.index(Outcome.FAILED) if bits & _FAILED else _UNKNOWN


_WORD_OF_BITS = np.array([_word(bits) for bits in range(32)], np.int64)


@dataclass(frozen=True, slots=True)
class Moved:
    """Items that went from one outcome to another, or stayed, by the source that brought it."""

    before: str
    after: str
    position: int
    items: int
    amount: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a shard's items come to; ``done_total`` in minor units."""

    done: int = 0
    done_total: int = 0
    failed: int = 0
    returned: int = 0
    contradictory: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """A shard's items after a batch of sources: what moved, and which did not go well by now."""

    moved: tuple[Moved, ...]
    exceptions: pa.Table = field(repr=False)

    @property
    def before(self) -> Counts:
        """What they came to before the batch."""
        return _counts([(each.before, each) for each in self.moved])

    @property
    def after(self) -> Counts:
        """What they come to now."""
        return _counts([(each.after, each) for each in self.moved])

    def news(self, position: int, after: str | None = None) -> int:
        """Of how many items a source of the batch changed what is known; to ``after`` alone."""
        return sum(
            each.items
            for each in self.moved
            if each.position == position
            and each.before != each.after
            and after in {None, each.after}
        )


def merge(items: Path, before: Sequence[Path], new: Mapping[int, Said]) -> Merged:
    """Merge what was applied before with a batch's new answers, by their positions in it.

    Every answer sets a bit of its item: what the bits come to hangs on no order.
    """
    amounts = pq.read_table(items, columns=["amount"], partitioning=None).column(0).to_numpy()
    earlier = [_found(items, path) for path in before]
    heard = np.zeros(len(amounts), np.uint8)
    for said in earlier:
        for bit, at in _by_bit(said):
            heard[at] |= bit
    was = _WORD_OF_BITS[heard]
    brought_by = np.full(len(amounts), -1, np.int64)
    # The first of a batch that says something brought it, so the last are put down before it.
    for position in sorted(new, reverse=True):
        for bit, at in _by_bit(new[position]):
            heard[at] |= bit
            brought_by[at] = position
    now = _WORD_OF_BITS[heard]
    moved = tuple(_moved(was, now, brought_by, amounts))
    worse = np.flatnonzero((was != now) & np.isin(now, _NOT_WELL))
    return Merged(moved, _exceptions(items, worse, now, [*earlier, *new.values()]))


def outcomes(items: Path, answers: Sequence[Path]) -> Places:
    """What became of every item of a shard, by its row, as places in WORDS."""
    heard = np.zeros(pq.read_metadata(items).num_rows, np.uint8)
    for said in (_found(items, path) for path in answers):
        for bit, at in _by_bit(said):
            heard[at] |= bit
    return _WORD_OF_BITS[heard].astype(np.uint8)


def _found(items: Path, answers: Path) -> Said:
    table = pq.read_table(answers, columns=["key", "attempt", "outcome", "code"], partitioning=None)
    return locate(items, table)[0]


def _by_bit(said: Said) -> Iterator[tuple[int, Places]]:
    """The items of which a source says each outcome."""
    outcomes = said.answers.column("outcome")
    for word in pc.unique(outcomes).to_pylist():
        bit = _BITS.get(word)
        if bit is not None:
            yield bit, said.at[pc.equal(outcomes, word).to_numpy()]


def _moved(was: Places, now: Places, brought_by: Places, amounts: Places) -> Iterator[Moved]:
    """What moved where, by the source that brought it, in whole numbers."""
    count = len(WORDS)
    ways = ((brought_by + 1) * count + was) * count + now
    heads = np.bincount(ways)
    for way in np.flatnonzero(heads):
        rest, after = divmod(int(way), count)
        brought, before = divmod(rest, count)
        # Sums of weights would be floats.
        amount = int(amounts[ways == way].sum())
        yield Moved(WORDS[before], WORDS[after], brought - 1, int(heads[way]), amount)


def _exceptions(items: Path, worse: Places, now: Places, sources: Sequence[Said]) -> pa.Table:
    """The items that do not go well from now on, in order, with the other side's reason."""
    table = pa.schema([ITEM_SCHEMA.field(name) for name in _TOLD]).empty_table()
    if len(worse):
        table = pq.read_table(items, columns=_TOLD, partitioning=None).take(worse)
    codes = _codes(len(now), worse, sources) if len(worse) else {}
    outcomes = [WORDS[word] for word in now[worse].tolist()]
    reasons = [codes.get(row, "") for row in worse.tolist()]
    return table.append_column("outcome", pa.array(outcomes, pa.string())).append_column(
        "code", pa.array(reasons, pa.string())
    )


def _codes(items: int, worse: Places, sources: Sequence[Said]) -> dict[int, str]:
    """The reason for each of some items, by its row: of its return, or else of its failure."""
    wanted = np.zeros(items, np.bool_)
    wanted[worse] = True
    found: dict[int, str] = {}
    for word in (Outcome.FAILED.value, Outcome.RETURNED.value):
        codes: dict[int, str] = {}
        for said in sources:
            told = pc.equal(said.answers.column("outcome"), word).to_numpy() & wanted[said.at]
            for row, code in zip(
                said.at[told].tolist(),
                said.answers.column("code").filter(pa.array(told)).to_pylist(),
                strict=True,
            ):
                codes[row] = max(codes.get(row, ""), code)
        found |= codes
    return found


def _counts(found: Sequence[tuple[str, Moved]]) -> Counts:
    items = dict.fromkeys([*(outcome.value for outcome in Outcome), CONTRADICTORY], 0)
    done_total = 0
    for outcome, each in found:
        items[outcome] += each.items
        done_total += each.amount if outcome == Outcome.DONE else 0
    return Counts(
        items[Outcome.DONE],
        done_total,
        items[Outcome.FAILED],
        items[Outcome.RETURNED],
        items[CONTRADICTORY],
    )
