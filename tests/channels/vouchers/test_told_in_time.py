"""Pools that a programme gives codes from are told as low before anybody finds them empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from makegood.channels.vouchers import give_many, low_pools
from makegood.programmes import load_text
from makegood.publication import propose, publish
from makegood.runs import take_in
from makegood.trust.policy import Role
from makegood.trust.proposals import approve
from tests.channels.vouchers.codes import brought_in, codes_file
from tests.redress.outage_lines import TEXT
from tests.runs.planning.gift import at, on
from tests.staff_people import installed
from tests.store_fixture import Database
from tests.trust.access.visitors import agent


@pytest.fixture
def published(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with installed(database, monkeypatch), on(at(3, 6, 14)):
        programme = load_text(TEXT)
        author = agent("sujin", Role.REMEDIATION_AUTHOR)
        made = propose(author, programme, "the board agreed on it")
        approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
        publish(author, programme)


def told(database: Database, day: int = 6) -> list[str]:
    """What a round of that day says of pools, without the number and the hint."""
    with on(at(3, day, 14)):
        done = take_in(database.settings)
    assert done.troubles == []
    return [words.splitlines()[0].partition(": ")[2] for words in done.findings]


@pytest.mark.usefixtures("published")
def test_pools_of_a_programme_are_told_before_any_run_has_used_them(
    database: Database, tmp_path: Path
) -> None:
    pools = ("coffee_pool", "film_pool", "music_pool")
    assert told(database) == [f"pool '{pool}' is low: 0 of 0 codes left" for pool in pools]
    # The coffee is handed out to the tenth.
    assert not any("coffee" in words for words in told(database, day=11))
    for seed, pool in enumerate(pools):
        brought_in(codes_file(tmp_path / f"{pool}.csv", 50, seed=seed), pool)
    assert told(database) == []
    with transaction.atomic():
        give_many("coffee_pool", [f"MG{n}" for n in range(45)])
    assert told(database) == ["pool 'coffee_pool' is low: 5 of 50 codes left"]


@pytest.mark.usefixtures("database")
def test_pools_that_no_programme_names_are_none_of_the_rounds(tmp_path: Path) -> None:
    brought_in(codes_file(tmp_path / "codes.csv", 50), "left_over")
    with transaction.atomic():
        give_many("left_over", [f"MG{n}" for n in range(50)])
    assert low_pools(named=[]) == []
    assert [each.message for each in low_pools(named=["left_over", "new"])] == [
        "pool 'left_over' is low: 0 of 50 codes left",
        "pool 'new' is low: 0 of 0 codes left",
    ]
    assert len(low_pools()) == 1
