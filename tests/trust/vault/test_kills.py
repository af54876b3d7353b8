"""A load or a rotation that is killed at any instant loses nothing and doubles nothing.

Each case kills children at random instants drawn from a seed, which a failure shows.
"""

from pathlib import Path

import pytest

from makegood.trust.vault import generations, load, make_contacts
from tests.store_fixture import Database
from tests.trust.vault.books import (
    expect_exactly,
    expect_one_generation,
    expect_sound_log,
    one,
    read_book,
    write_book,
)
from tests.trust.vault.children import killed_until_done
from tests.trust.vault.conftest import ACTOR

KILLS = 20


@pytest.mark.parametrize("seed", [2025])
def test_a_load_that_is_killed_again_and_again(vault: Database, tmp_path: Path, seed: int) -> None:
    everybody, kills, round_ = [], 0, 0
    while kills < KILLS:
        file = tmp_path / f"book-{round_}.csv"
        make_contacts(file, people_count=1_200 * (round_ + 1), seed=seed)
        everybody = read_book(file)
        rows = everybody[-1_500:]
        kills += killed_until_done(
            vault, seed + round_, write_book(file, rows), longest_seconds=0.4
        )
        state = "rows_done = added + replaced + rejected AND finished_at IS NOT NULL"
        assert one(f"SELECT count(*) FROM vault_load WHERE {state}") == round_ + 1, seed
        assert one("SELECT max(rows_done) FROM vault_load") == 1_500 if round_ else 1_200
        round_ += 1
    expect_exactly(everybody)
    # The entries of the log say of every row exactly once what became of it.
    assert one(
        "SELECT sum((convert_from(payload, 'UTF8')::json->'details'->>'rows')::int)"
        " FROM audit_entry WHERE kind = 'personal_data.stored'"
    ) == one("SELECT sum(rows_done) FROM vault_load")
    expect_one_generation(1)
    expect_sound_log()


@pytest.mark.parametrize("seed", [1126])
def test_a_rotation_that_is_killed_again_and_again(
    vault: Database, contacts: Path, seed: int
) -> None:
    load(contacts, actor=ACTOR)
    kills, rounds = 0, 0
    while kills < KILLS:
        kills += killed_until_done(vault, seed + rounds, None, longest_seconds=0.35)
        rounds += 1
        # A child may be killed behind the end of its rotation: the next began another one.
        assert all(each.state != "retiring" for each in generations()), seed
    expect_exactly(read_book(contacts))
    expect_one_generation(max(each.generation for each in generations()))
    expect_sound_log()
