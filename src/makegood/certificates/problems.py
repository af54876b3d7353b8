"""What can be wrong with a certificate."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


def not_enrolled() -> MakegoodError:
    """MG687: nothing of the kind was brought to the line."""
    hint = "it is there once the insurer has confirmed the enrolment"
    return MakegoodError(Finding("MG687", "the line is not enrolled in this cover", hint))
