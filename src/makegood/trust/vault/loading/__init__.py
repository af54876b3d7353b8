"""Contact data in bulk: a file's rows checked, sealed and written, each batch with its place."""

from makegood.trust.vault.loading.load import LoadReport, load, rejects_of
from makegood.trust.vault.loading.mapping import Mapping

__all__ = ["LoadReport", "Mapping", "load", "rejects_of"]
