"""Generations of keys: which is current, which is being retired, and how a writer holds one.

A writer locks the current generation's row FOR KEY SHARE, once per transaction. Writers do not wait
for each other, but a rotation, which locks the row FOR UPDATE, waits for all of them, and whoever
comes after it finds the next generation. So nothing is written in a generation that is no longer
current. Writers of many single rows share an advisory lock instead (see ``beside.py``): whoever
wants no writer in flight takes both (``keep_writers_out``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import psycopg

from makegood.configuration import Settings
from makegood.trust import clock
from makegood.trust.audit import Record, append
from makegood.trust.keys import MasterKey, Rewrap
from makegood.trust.vault.database import Row, reading, writing
from makegood.trust.vault.sealing import Sealer, new_keys

CURRENT, RETIRING, DESTROYED = "current", "retiring", "destroyed"

_HOLD = (
    "SELECT generation, wrapped_keys FROM vault_generation WHERE state = 'current' FOR KEY SHARE"
)
_CURRENT = "SELECT generation, wrapped_keys FROM vault_generation WHERE state = 'current'"
_MAKE = """
INSERT INTO vault_generation (generation, state, wrapped_keys, made_at)
VALUES (%s, 'current', %s, %s) ON CONFLICT DO NOTHING
"""
_LIVE = "SELECT generation, wrapped_keys FROM vault_generation WHERE state <> 'destroyed'"
# Writers go on: they hold the row's key only. A rotation waits, or is waited for; the second
# statement then sees the generation that it made.
_HOLD_ALL = "SELECT 1 FROM vault_generation WHERE state <> 'destroyed' FOR NO KEY UPDATE"
_KEEP = "UPDATE vault_generation SET wrapped_keys = %s WHERE generation = %s"
_ALL = """
SELECT generation, state, made_at, destroyed_at FROM vault_generation ORDER BY generation
"""

_WRITERS = "hashtextextended('makegood.vault.writers', 0)"
_HELD_ALONE = f"SELECT pg_advisory_xact_lock({_WRITERS})"
_ROW_ALONE = (
    "SELECT generation, wrapped_keys FROM vault_generation WHERE state = 'current' FOR UPDATE"
)

_sealers: dict[bytes, Sealer] = {}
_current: list[tuple[Sealer, bytes]] = []
_SEALERS_MAX = 16


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as staff see it; the keys are not part of it."""

    generation: int
    state: str
    made_at: datetime
    destroyed_at: datetime | None


def generations() -> list[Generation]:
    """All generations there ever were, oldest first."""
    with reading() as cursor:
        return [Generation(*row) for row in cursor.execute(_ALL)]


def held_for_writing(cursor: psycopg.Cursor[Row], actor: str) -> Sealer:
    """The current generation, held until the transaction ends; the first is made when needed.

    Raises MakegoodError MG720 to MG725 where the master key does not open it.
    """
    while True:
        found = cursor.execute(_HOLD, binary=True).fetchone()
        if found:
            return sealer(*found)
        # Either there is none yet, or a rotation just made the next: the statement that waited
        # for it does not see it, the next one does.
        if not cursor.execute("SELECT 1 FROM vault_generation LIMIT 1").fetchone():
            make_generation(cursor, 1, actor)


def keep_writers_out(cursor: psycopg.Cursor[Row]) -> tuple[int, bytes] | None:
    """Wait for writers in flight and let none begin until the transaction ends.

    The current generation and its wrapped keys; None where there is none yet.
    """
    cursor.execute(_HELD_ALONE)
    found = cursor.execute(_ROW_ALONE, binary=True).fetchone()
    return (int(found[0]), bytes(found[1])) if found else None


def current_keys(actor: str) -> tuple[Sealer, bytes]:
    """The keys that were current when they were last asked for, and the hash of their wrapping.

    Where none are remembered they are asked for, and made, in a transaction of their own or in the
    caller's: so whoever uses them looks in the store whether it has just these (``beside.py``).
    No row is held: its holder would wait for a rotation that waits for the row.
    """
    if not _current:
        with reading() as cursor:
            found = cursor.execute(_CURRENT, binary=True).fetchone()
        if found is None:
            with writing() as cursor:
                held_for_writing(cursor, actor)
            return current_keys(actor)
        _current[:] = [(sealer(*found), _place(found[1]))]
    return _current[0]


def forget_current() -> None:
    """Ask for the current keys again, the next time that they are needed."""
    _current.clear()


def make_generation(cursor: psycopg.Cursor[Row], generation: int, actor: str) -> None:
    """Make the keys of a generation, which becomes the current one. Nothing if it is there."""
    wrapped = _master().wrap(new_keys(), _binding(generation))
    if cursor.execute(_MAKE, [generation, wrapped, clock.now()]).rowcount:
        append(Record("keys.generation_made", actor, f"generation:{generation}"))


def live_sealers(cursor: psycopg.Cursor[Row]) -> dict[int, Sealer]:
    """The generations that rows may be in. Keys of all others are dropped from memory."""
    found = cursor.execute(_LIVE, binary=True).fetchall()
    live = {generation: sealer(generation, wrapped) for generation, wrapped in found}
    if len(_sealers) > len(live):
        kept = {_place(wrapped): live[generation] for generation, wrapped in found}
        _sealers.clear()
        _sealers.update(kept)
    return live


def wrapped_keys() -> list[tuple[bytes, bytes]]:
    """What the master key wrapped here, each with its associated data."""
    with reading() as cursor:
        found = cursor.execute(_LIVE, binary=True).fetchall()
    return [(wrapped, _binding(generation)) for generation, wrapped in found]


def rewrap_generations(rewrap: Rewrap) -> int:
    """Wrap the keys of all generations by another master key; of how many.

    In the caller's transaction. Records and indexes stay as they are. Raises what ``rewrap``
    raises.
    """
    changed = 0
    with writing() as cursor:
        cursor.execute(_HOLD_ALL)
        for generation, wrapped in cursor.execute(_LIVE, binary=True).fetchall():
            fresh = rewrap(wrapped, _binding(generation))
            if fresh != wrapped:
                changed += cursor.execute(_KEEP, [fresh, generation]).rowcount
    return changed


def expect_opens(generation: int, wrapped: bytes) -> None:
    """The master key of the settings is the one that wrapped these keys.

    Asked of the key itself, whatever this process unwrapped before. Raises MakegoodError MG725.
    """
    _master().unwrap(wrapped, _binding(generation))


def check_keys() -> int:
    """How many generations there are that rows may be in, each opened by the master key.

    Raises MakegoodError MG720 to MG725 where it does not open one.
    """
    with reading() as cursor:
        return len(live_sealers(cursor))


def sealer(generation: int, wrapped: bytes) -> Sealer:
    """A generation's keys, unwrapped once per process. Raises MakegoodError MG720 to MG725."""
    place = _place(wrapped)
    known = _sealers.get(place)
    if known is None:
        if len(_sealers) >= _SEALERS_MAX:
            _sealers.clear()
        known = Sealer(generation, _master().unwrap(wrapped, _binding(generation)))
        _sealers[place] = known
    return known


def _place(wrapped: bytes) -> bytes:
    return sha256(wrapped).digest()


def _master() -> MasterKey:
    return MasterKey.open(Settings.load())


def _binding(generation: int) -> bytes:
    return f"vault_generation/{generation}".encode()
