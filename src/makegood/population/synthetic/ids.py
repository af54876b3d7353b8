"""Pseudonymous line ids: of fixed width, rising with the line's index, with drawn gaps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from makegood.population.synthetic.draws import Draws

_DIGITS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
_WIDTH = 9
_GAP_BITS = 16
INDEX_MAX = (1 << (5 * _WIDTH - _GAP_BITS)) - 1


def line_ids(draws: Draws, first: int) -> pa.Array:
    """The ids of the lines from index ``first``: an L and nine digits to the base of 32.

    The lower 16 bits are drawn: the id rises with the index, but says little of it.
    """
    index = np.arange(first, first + draws.rows, dtype=np.int64)
    number = (index << _GAP_BITS) + (draws.words("line id") >> 16)
    text = np.empty((draws.rows, _WIDTH + 1), np.uint8)
    text[:, 0] = ord("L")
    for place in range(_WIDTH):
        text[:, _WIDTH - place] = _DIGITS[(number >> (5 * place)) & 31]
    offsets = np.arange(0, (draws.rows + 1) * (_WIDTH + 1), _WIDTH + 1, dtype=np.int32)
    return pa.StringArray.from_buffers(draws.rows, pa.py_buffer(offsets), pa.py_buffer(text))
