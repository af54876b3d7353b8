"""What can be wrong with the ledger."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


def contradicted(key: str) -> MakegoodError:
    """A transfer of this key stands there with another content."""
    message = f"the ledger holds another transfer under the key '{key}'"
    hint = "nothing was posted, and the act it belongs to was not done; run 'makegood ledger'"
    return MakegoodError(Finding("MG890", message, hint))
