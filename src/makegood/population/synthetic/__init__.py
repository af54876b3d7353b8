"""Populations that nobody has: seeded, reproducible, made part by part.

Two makers: ``declared`` knows nothing but the facts' declarations; ``carrier`` lives the life of
every line, by the numbers of a shape file, and states its facts as of a date.
"""

from makegood.population.synthetic.making import make_population

__all__ = ["make_population"]
