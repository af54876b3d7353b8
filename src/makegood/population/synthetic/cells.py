"""Drawn values as Arrow columns of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from makegood.population.layout import arrow_type
from makegood.population.synthetic.draws import Mask
from makegood.rules import Fact, Kind


@dataclass(frozen=True, slots=True)
class Cells:
    """One value a row: whole numbers, or positions in an enum's values; ``empty`` where none."""

    values: npt.NDArray[Any]
    empty: Mask | None = None

    def emptied(self, also: Mask) -> Cells:
        """The same with more cells empty."""
        return Cells(self.values, also if self.empty is None else self.empty | also)


def column_of(fact: Fact, cells: Cells) -> pa.Array:
    """Cells as a fact's column. An enum's are positions in the fact's own values."""
    kind = arrow_type(fact)
    match fact.kind:
        case Kind.ENUM:
            codes = pa.array(cells.values.astype(np.int32), mask=cells.empty)
            return pa.DictionaryArray.from_arrays(codes, pa.array(fact.values, pa.string()))
        case Kind.DATE:
            return pa.array(cells.values.astype(np.int32), mask=cells.empty).cast(kind)
        case Kind.BOOLEAN:
            return pa.array(cells.values.astype(np.bool_), mask=cells.empty)
        case _:
            return pa.array(cells.values, kind, mask=cells.empty)
