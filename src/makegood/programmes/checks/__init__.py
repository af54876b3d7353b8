"""What a programme must hold beyond its shape: one check a file, all of them listed here."""

from collections.abc import Callable, Iterator

from makegood.kernel import Finding
from makegood.programmes.checks.amounts import check_amounts
from makegood.programmes.checks.base import Draft
from makegood.programmes.checks.calendar import check_calendar
from makegood.programmes.checks.claims import check_claims
from makegood.programmes.checks.limits import check_limits
from makegood.programmes.checks.payouts import check_payouts
from makegood.programmes.checks.reachable import check_reachable
from makegood.programmes.checks.references import check_references
from makegood.programmes.checks.unused import check_unused

CHECKS: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    check_references,
    check_claims,
    check_calendar,
    check_amounts,
    check_payouts,
    check_limits,
    check_reachable,
    check_unused,
)

CHECKS_OF_SHAPE = (check_references, check_claims, check_calendar, check_payouts)
"""Those that need no expression: they are made even where some of them cannot be read."""

__all__ = ["CHECKS", "CHECKS_OF_SHAPE", "Draft"]
