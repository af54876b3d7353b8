"""How pools stand, and which are so low that somebody has to order codes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from makegood.channels.vouchers.problems import nearly_empty
from makegood.configuration import Settings
from makegood.kernel import Finding

_STANDING = """
SELECT pool, count(*) FILTER (WHERE given_key IS NULL), count(given_key)
FROM vouchers_code GROUP BY pool ORDER BY pool
"""


@dataclass(frozen=True, slots=True)
class PoolStanding:
    """A pool: codes left and given, and whether few are left of all that it ever had."""

    pool: str
    left: int
    given: int
    low: bool


def pools(settings: Settings | None = None) -> list[PoolStanding]:
    """All pools by their names. ``low`` is by the setting ``voucher_pool_low_percent``."""
    percent = (settings or Settings.load()).voucher_pool_low_percent
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return [
            PoolStanding(pool, left, given, low=left * 100 <= (left + given) * percent)
            for pool, left, given in cursor.fetchall()
        ]


def low_pools(
    settings: Settings | None = None, named: Collection[str] | None = None
) -> list[Finding]:
    """A warning MG807 for each pool that is low: of all, or of those that are ``named``.

    One that is named and has no codes yet is low as well.
    """
    standing = pools(settings)
    if named is not None:
        known = {each.pool: each for each in standing}
        none = {name: PoolStanding(name, 0, 0, low=True) for name in named}
        standing = [known.get(name, none[name]) for name in sorted(none)]
    return [
        nearly_empty(each.pool, each.left, each.left + each.given) for each in standing if each.low
    ]
