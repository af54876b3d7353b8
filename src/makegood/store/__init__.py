"""The database: embedded in the data folder by default, or a server that is named."""

from makegood.store.address import Address
from makegood.store.copying import dump, load, others_at_work, rows_of_tables
from makegood.store.embedded import Embedded
from makegood.store.opening import OLDEST_VERSION, Store, ensure_running, opened, prepared
from makegood.store.programs import MAJOR_VERSION
from makegood.store.roles import PROGRAM_GROUP

__all__ = [
    "MAJOR_VERSION",
    "OLDEST_VERSION",
    "PROGRAM_GROUP",
    "Address",
    "Embedded",
    "Store",
    "dump",
    "ensure_running",
    "load",
    "opened",
    "others_at_work",
    "prepared",
    "rows_of_tables",
]
