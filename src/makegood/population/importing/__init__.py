"""Facts from an operator's extract: read, mapped, checked, rejected or kept."""

from makegood.population.importing.importer import import_population

__all__ = ["import_population"]
