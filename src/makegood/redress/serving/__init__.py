"""The serving copy: one line's facts and decision in milliseconds, by the programme in force.

Every registered snapshot stays known; the newest of a programme is loaded into PostgreSQL.
"""

from makegood.redress.serving.copying import Served, is_served, serve, served
from makegood.redress.serving.current import served_programmes
from makegood.redress.serving.deciding import (
    CustomerStanding,
    LineStanding,
    decision_of,
    first_holders,
    standings_of,
    standings_of_customer,
    supposing,
)
from makegood.redress.serving.holders import (
    customer_of,
    customers_of,
    first_holder_of,
    lines_of,
    load_holders,
)
from makegood.redress.serving.known import (
    Registered,
    bases_for,
    newest,
    registered,
    registered_programmes,
    snapshot_of,
)
from makegood.redress.serving.loading import programme_in_force
from makegood.redress.serving.owners import is_of, owner_of
from makegood.redress.serving.registering import register
from makegood.redress.serving.rows import Whose

__all__ = [
    "CustomerStanding",
    "LineStanding",
    "Registered",
    "Served",
    "Whose",
    "bases_for",
    "customer_of",
    "customers_of",
    "decision_of",
    "first_holder_of",
    "first_holders",
    "is_of",
    "is_served",
    "lines_of",
    "load_holders",
    "newest",
    "owner_of",
    "programme_in_force",
    "register",
    "registered",
    "registered_programmes",
    "serve",
    "served",
    "served_programmes",
    "snapshot_of",
    "standings_of",
    "standings_of_customer",
    "supposing",
]
