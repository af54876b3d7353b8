"""Answers in any order, in any number of files: what they come to, beside plain Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from makegood.channels import ANSWER_SCHEMA, ITEM_SCHEMA
from makegood.runs.locating import Said, locate
from makegood.runs.merging import merge

ITEMS = 60
Answer = tuple[str, int, str, str]


def _shard(folder: Path, chance: Random) -> tuple[Path, list[dict[str, object]]]:
    rows: list[dict[str, object]] = [
        {
            "item": number,
            "key": f"MG{chance.getrandbits(120):030X}",
            "attempt": chance.choice([1, 1, 2]),
            "line_id": f"L{number:05}",
            "amount": chance.choice([0, 5_000, 2**54 + 1]),
            "quantity": 0,
            "detail": "",
        }
        for number in range(1, ITEMS + 1)
    ]
    path = folder / "shard.parquet"
    pq.write_table(pa.Table.from_pylist(rows, ITEM_SCHEMA), path, row_group_size=17)
    return path, rows


def _source(chance: Random, rows: list[dict[str, object]]) -> list[Answer]:
    """All in order, a piece in order, or some in any order and twice, with strangers among them."""
    way = chance.randrange(4)
    first = chance.randrange(ITEMS - 1) if way else 0
    in_order = rows[first : first + chance.randint(1, ITEMS)] if way else rows
    some = in_order if way in {0, 1} else chance.choices(rows, k=25)
    words = ["done"] * 5 + ["failed", "returned", "unknown"]
    said = []
    for row in some:
        word = chance.choice(words) if way else "done"
        code = chance.choice(["", "A1", "B2"]) if word in {"failed", "returned"} else ""
        said.append((str(row["key"]), int(str(row["attempt"])), word, code))
    if way > 2:
        said.append(("MG" + "0" * 30, 1, "done", ""))
        said.append((str(rows[0]["key"]), 9, "failed", "C3"))
    return said


def _table(answers: list[Answer]) -> pa.Table:
    columns = [list(column) for column in zip(*answers, strict=True)]
    return pa.table([*columns, [None] * len(answers)], schema=ANSWER_SCHEMA)


def _plain(words: set[str]) -> str:
    if "returned" in words:
        return "returned"
    if {"done", "failed"} <= words:
        return "contradictory"
    return next((word for word in ("done", "failed") if word in words), "unknown")


@pytest.mark.parametrize("seed", range(40))
def test_answers_come_to_the_same_as_plain_python_says(seed: int, tmp_path: Path) -> None:
    """Outcomes, money, who brought it, and the reasons, whatever came before and twice."""
    chance = Random(seed)
    items, rows = _shard(tmp_path, chance)
    before = [_source(chance, rows) for _ in range(chance.randrange(3))]
    new = [_source(chance, rows) for _ in range(chance.randint(1, 3))]
    files = []
    for number, answers in enumerate(before):
        files.append(tmp_path / f"before-{number}.parquet")
        pq.write_table(locate(items, _table(answers))[0].answers, files[-1])
    merged = merge(items, files, {n: locate(items, _table(each))[0] for n, each in enumerate(new)})

    moved: Counter[tuple[str, str, int]] = Counter()
    money: Counter[tuple[str, str, int]] = Counter()
    worse = []
    for row in rows:
        heard = [
            [a[2:] for a in source if a[:2] == (row["key"], row["attempt"])]
            for source in (*before, *new)
        ]
        was = _plain({word for each in heard[: len(before)] for word, _ in each})
        now = _plain({word for each in heard for word, _ in each})
        speaking = [
            number
            for number, each in enumerate(heard[len(before) :])
            if {word for word, _ in each} - {"unknown"}
        ]
        way = (was, now, min(speaking, default=-1))
        moved[way] += 1
        money[way] += int(str(row["amount"]))
        if was != now and now in {"failed", "returned", "contradictory"}:
            of = "returned" if now == "returned" else "failed"
            code = max(code for each in heard for word, code in each if word == of)
            worse.append((row["item"], row["key"], now, code))
    assert {(m.before, m.after, m.position): m.items for m in merged.moved} == dict(moved), seed
    assert {(m.before, m.after, m.position): m.amount for m in merged.moved} == dict(money), seed
    told = merged.exceptions.select(["item", "key", "outcome", "code"]).to_pylist()
    assert [tuple(each.values()) for each in told] == worse, seed


@pytest.mark.parametrize("seed", range(10))
def test_each_answer_is_found_by_key_and_attempt(seed: int, tmp_path: Path) -> None:
    """What is about no item is handed back, whole."""
    chance = Random(seed)
    items, rows = _shard(tmp_path, chance)
    for answers in (_source(chance, rows), _source(chance, rows)[:3]):
        said, rest = locate(items, _table(answers))
        assert isinstance(said, Said)
        assert said.answers.num_rows + rest.num_rows == len(answers)
        pairs = {(row["key"], row["attempt"]): number for number, row in enumerate(rows)}
        known = [pairs[answer[:2]] for answer in answers if answer[:2] in pairs]
        assert said.at.tolist() == known, seed
        strangers = zip(rest["key"].to_pylist(), rest["attempt"].to_pylist(), strict=True)
        assert pairs.keys().isdisjoint(strangers), seed
