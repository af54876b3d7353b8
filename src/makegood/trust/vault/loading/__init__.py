"""Contact data in bulk: a file's rows checked, sealed and written, each batch with its place."""

from makegood.trust.vault.loading.load import load
from makegood.trust.vault.loading.mapping import Mapping
from makegood.trust.vault.loading.standing import LoadReport, rejects_of

__all__ = ["LoadReport", "Mapping", "load", "rejects_of"]
