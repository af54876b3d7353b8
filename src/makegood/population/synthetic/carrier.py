"""The maker that knows a carrier's lines: their lives by a shape, their facts as of a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pyarrow as pa

from makegood.population.layout import LINE_ID, PART_ROWS
from makegood.population.synthetic.attributes import ATTRIBUTES, attributes_as_of
from makegood.population.synthetic.cells import Cells, column_of
from makegood.population.synthetic.draws import Draws, Mask
from makegood.population.synthetic.ids import line_ids
from makegood.population.synthetic.shape import FactShape, Shape
from makegood.rules import Fact, Kind

MODEL = "carrier/1"

_TERMINATED = ATTRIBUTES["status"].values.index("terminated")


def carrier_part(
    shape: Shape, facts: Mapping[str, Fact], seed: int, as_of: date, part: int, rows: int
) -> pa.Table:
    """Part number ``part`` of a population of this shape, with ``rows`` lines."""
    draws = Draws(seed, part, rows)
    first = part * PART_ROWS
    attributes = attributes_as_of(shape, seed, as_of, first, draws)
    terminated = attributes["status"].values == _TERMINATED
    columns = {LINE_ID: line_ids(draws, first)}
    for name, fact in facts.items():
        fact_shape = shape.facts[name]
        cells = _recoded(fact, fact_shape, attributes[fact_shape.attribute])
        columns[name] = column_of(fact, _forgotten(name, fact_shape, cells, draws, terminated))
    return pa.table(columns)


def _recoded(fact: Fact, shape: FactShape, cells: Cells) -> Cells:
    """An enum's positions in the attribute's values as positions in the fact's."""
    if fact.kind is not Kind.ENUM:
        return cells
    values = ATTRIBUTES[shape.attribute].values
    positions = np.array([fact.values.index(shape.recode.get(v, v)) for v in values], np.int32)
    return Cells(positions[cells.values], cells.empty)


def _forgotten(name: str, shape: FactShape, cells: Cells, draws: Draws, terminated: Mask) -> Cells:
    """A share of the cells emptied: what nobody knows any more, the same lines at every date."""
    if not shape.missing_per_million:
        return cells
    lost = draws.chance(f"{name}: missing", shape.missing_per_million)
    return cells.emptied(lost & terminated if shape.missing_while == "terminated" else lost)
