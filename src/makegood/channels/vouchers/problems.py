"""What can be wrong with pools of codes. No message ever holds a code."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError, Severity


def nearly_empty(pool: str, left: int, total: int) -> Finding:
    """A pool that new codes are needed for: MG807, a warning."""
    hint = "order codes from the partner and run 'makegood vouchers import'"
    what = f"pool '{pool}' is low: {left:,} of {total:,} codes left"
    return Finding("MG807", what, hint, severity=Severity.WARNING)


def no_code(pool: str, why: str) -> MakegoodError:
    """A pool that gives no code: MG808."""
    hint = "import codes with 'makegood vouchers import', then it is given"
    return MakegoodError(Finding("MG808", f"no code of pool '{pool}': {why}", hint))


def wrong_file(name: str, why: str, hint: str) -> MakegoodError:
    """A file of codes that cannot be read as one, or a pool that cannot be called so: MG809."""
    return MakegoodError(Finding("MG809", f"{name}: {why}", hint))
