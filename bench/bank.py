"""The section about the bank: a payment file, written and validated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import in_turn, middle, ratio, run
from bench.table import Result, at_least, number

if TYPE_CHECKING:
    from bench.sections import Sizes

ITEMS = 100_000
COMPARED = 2_000


def payment_file(sizes: Sizes) -> Iterator[Result]:
    """A payment file beside the same XML written with lxml directly, which validates nothing."""
    ours, theirs = sizes.cache / "payments.xml", sizes.cache / "payments-lxml.xml"
    if not run("same_payments", out=ours, items=COMPARED).report["same"]:
        raise SystemExit("bench: the two payment files are not the same document")
    mine, plain = in_turn(
        sizes.runs,
        partial(run, "payments", out=ours, items=ITEMS, way="makegood"),
        partial(run, "payments", out=theirs, items=ITEMS, way="lxml"),
    )
    ours.unlink()
    theirs.unlink()
    speed = ratio(plain, mine)
    rate = ITEMS / middle(mine)
    yield Result(
        f"payment file of {ITEMS:,} items, written and validated",
        rate,
        "items/s",
        f"the same XML with lxml's xmlfile, not validated, {number(ITEMS / middle(plain))} items/s",
        speed,
        *at_least(0.5, speed),
    )


BANK_SECTIONS = (payment_file,)
