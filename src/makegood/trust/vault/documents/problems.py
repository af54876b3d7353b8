"""What can be wrong with a document, as findings. None repeats its name or its content."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


def wrong_kind() -> MakegoodError:
    """MG680: the bytes are of no kind that is taken."""
    hint = "hand in a PDF, or a photograph as JPEG, PNG or HEIC"
    return MakegoodError(Finding("MG680", "this is no document of a kind that is taken", hint))


def wrong_size(size_bytes: int, limit_bytes: int) -> MakegoodError:
    """MG681: nothing in it, or more than is taken."""
    if size_bytes == 0:
        hint = "choose the file again: there is nothing in it"
        return MakegoodError(Finding("MG681", "the document is empty", hint))
    what = f"the document is larger than {limit_bytes:,} bytes"
    hint = "make it smaller: take the photograph again at a lower size, or save only the one page"
    return MakegoodError(Finding("MG681", what, hint))


def unknown_document() -> MakegoodError:
    """MG682: no document of this number, or not of this customer."""
    hint = "read the number again: D-R7K3-9QXM-2HTB; it may have been deleted with its customer"
    return MakegoodError(Finding("MG682", "the vault holds no such document", hint))


def infected() -> MakegoodError:
    """MG683: the scanner found something harmful."""
    hint = "hand in another copy, made on another device; nothing was kept of this one"
    return MakegoodError(Finding("MG683", "the document was found to be harmful", hint))


def scanner_silent(why: str) -> MakegoodError:
    """MG684: the scanner of the settings does not say whether it is harmful."""
    hint = "try again in some minutes; whoever runs the program sees 'makegood doctor'"
    what = f"the document could not be scanned: {why}"
    return MakegoodError(Finding("MG684", what, hint))
