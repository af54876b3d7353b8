"""The functions of the rule language: each in a file of its own, all in one table."""

from makegood.rules.functions.bands import BANDS, Band, Bands
from makegood.rules.functions.base import Function
from makegood.rules.functions.dates import AGE, DAYS, MONTHS, PLUS_DAYS, PLUS_MONTHS
from makegood.rules.functions.extremes import COALESCE, GREATEST, LEAST
from makegood.rules.functions.prorate import PRORATE

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        DAYS,
        MONTHS,
        AGE,
        PLUS_DAYS,
        PLUS_MONTHS,
        PRORATE,
        BANDS,
        LEAST,
        GREATEST,
        COALESCE,
    )
}

__all__ = ["FUNCTIONS", "Band", "Bands", "Function"]
