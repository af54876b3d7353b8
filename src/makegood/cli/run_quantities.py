"""How much a run of a grant brings, and of which month what it makes up for is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from makegood.cli.output import out
from makegood.kernel import MakegoodError

if TYPE_CHECKING:
    from makegood.configuration import Settings
    from makegood.runs import RunRow
    from makegood.trust.access import Visitor


@dataclass(frozen=True, slots=True)
class Brought:
    """The sum of all quantities of a run in its unit; ``month`` is that of a top-up of a grant."""

    quantity: int
    unit: str
    month: str


def brought_by(settings: Settings, visitor: Visitor, run: RunRow) -> Brought | None:
    """What a grant, or a top-up of one, brings in all; None for others, or without its folder."""
    from makegood.runs import RunKind, month_of, quantity_of_run

    month = month_of(run.period)
    if run.kind is not RunKind.GRANT and not month:
        return None
    try:
        quantity = quantity_of_run(settings, visitor, run.run_id)
    except MakegoodError:
        return None  # the run's own checks tell what is wrong with its folder
    return Brought(quantity, run.texts.get("unit", ""), month)


def plain_brought(brought: Brought | None) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "quantity": brought.quantity if brought else None,
        "unit": brought.unit if brought else None,
        "month": brought.month or None if brought else None,
    }


def tell_brought(brought: Brought | None) -> None:
    """The same as a line; nothing where nothing is known."""
    if brought is None:
        return
    month = f", what was missing of {brought.month}" if brought.month else ""
    out.print(f"brings {brought.quantity:,} {brought.unit} in all{month}", markup=False)
