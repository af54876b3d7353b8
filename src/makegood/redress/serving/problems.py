"""What can be wrong with the serving copy."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


def not_served(programme: str, folder: str = "") -> MakegoodError:
    """MG830: no copy answers for this programme; none was loaded, or a restore left it out."""
    hint = f"run 'makegood lines register {folder or 'DIR'}': a back-up holds no serving copy"
    return MakegoodError(Finding("MG830", f"no lines of '{programme}' are served here", hint))


def no_such_line(programme: str, as_of: object) -> MakegoodError:
    """MG831: the copy has no such line. The line itself is not repeated."""
    hint = "see that the number is whole; lines that came later need a newer snapshot"
    return MakegoodError(
        Finding("MG831", f"no such line among those of '{programme}' as of {as_of}", hint)
    )


def unreadable(name: str, why: str) -> MakegoodError:
    """MG832: a file of holders that cannot be taken."""
    hint = "give CSV or Parquet with the columns line_id and customer_id"
    return MakegoodError(Finding("MG832", f"{name}: {why}", hint))


def nothing_in_force(programme: str) -> MakegoodError:
    """MG632: no version of this programme was published."""
    hint = "'makegood programme list' shows what is published"
    return MakegoodError(Finding("MG632", f"no version of '{programme}' is in force", hint))
