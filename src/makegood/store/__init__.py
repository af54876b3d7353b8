"""The database: embedded in the data folder by default, or a server that is named."""

from makegood.store.address import Address
from makegood.store.opening import Store, ensure_running, opened, prepared

__all__ = ["Address", "Store", "ensure_running", "opened", "prepared"]
