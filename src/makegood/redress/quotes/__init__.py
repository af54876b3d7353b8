"""Quotes: what a customer was shown is kept, signed, and held against what is due later."""

from makegood.redress.quotes.content import Promised, Quote, verify_quote
from makegood.redress.quotes.deviating import Deviation, deviations, propose_exceptions
from makegood.redress.quotes.giving import explainer_of, give_quote, give_quote_once
from makegood.redress.quotes.keeping import quote_of, quoted_amounts, quotes_of

__all__ = [
    "Deviation",
    "Promised",
    "Quote",
    "deviations",
    "explainer_of",
    "give_quote",
    "give_quote_once",
    "propose_exceptions",
    "quote_of",
    "quoted_amounts",
    "quotes_of",
    "verify_quote",
]
