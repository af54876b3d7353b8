"""Files of codes for tests, and pools made of them."""

from __future__ import annotations

import random
from pathlib import Path

from makegood.channels.vouchers import Imported, import_codes
from makegood.trust.access import Visitor
from makegood.trust.policy import Role
from tests.trust.access.visitors import agent

POOL = "cinema"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def made_codes(count: int, seed: int = 7) -> list[str]:
    draw = random.Random(seed)
    return ["-".join("".join(draw.choices(LETTERS, k=5)) for _ in range(3)) for _ in range(count)]


def codes_file(file: Path, count: int, seed: int = 7) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("code\n" + "".join(f"{code}\n" for code in made_codes(count, seed)))
    return file


def importer() -> Visitor:
    visitor: Visitor = agent("hana", Role.PAYMENT_OFFICER)
    return visitor


def brought_in(file: Path, pool: str = POOL) -> Imported:
    return import_codes(importer(), pool, file)
