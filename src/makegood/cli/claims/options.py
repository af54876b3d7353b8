"""What commands of claims are told: which claim, why, for whose case, whose account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.redress.claims import ClaimState

_FILE_BYTES_MAX = 2_000
CLAIM_HANDLING, CUSTOMER_REQUEST = "claim_handling", "customer_request"

ReceiptNumber = Annotated[
    str, typer.Argument(metavar="RECEIPT", help="The receipt number: R7K3-9QXM-2HTB.")
]
Words = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
]
Case = Annotated[
    str, typer.Option("--case", metavar="CASE", help="The task or case, where there is one.")
]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="PURPOSE", help="claim_handling, complaint, …")
]
AccountFile = Annotated[
    Path | None,
    typer.Option(
        "--account",
        metavar="FILE",
        help="Three lines: bank code, account number, holder; - is the standard input. "
        "Without it they are asked for.",
    ),
]
Document = Annotated[
    str, typer.Option("--document", metavar="NUMBER", help="The number a document is filed under.")
]
AccountDocument = Annotated[
    str,
    typer.Option(
        "--account-document",
        metavar="NUMBER",
        help="The same of one that shows why the account is in another name.",
    ),
]


def account_given(file: Path | None) -> tuple[str, str, str]:
    """Bank code, number and holder: from a file, the standard input, or asked for.

    Never from the command line, which other users of the machine can read.
    """
    if file is None:
        code = typer.prompt("Bank code", err=True)
        number = typer.prompt("Account number", hide_input=True, err=True)
        return str(code), str(number), str(typer.prompt("Holder", err=True))
    if str(file) == "-":
        text = sys.stdin.read(_FILE_BYTES_MAX)
    else:
        with file.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(_FILE_BYTES_MAX)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 3:  # noqa: PLR2004 - as the message says
        hint = "write the bank's code, the account's number and its holder on three lines"
        raise MakegoodError(Finding("MG844", f"the account has {len(lines)} lines, not 3", hint))
    return lines[0], lines[1], lines[2]


def state_named(word: str) -> ClaimState:
    """The state of this name. Raises MakegoodError MG844."""
    from makegood.redress.claims import ClaimState

    try:
        return ClaimState(word)
    except ValueError:
        known = [state.value for state in ClaimState]
        hint = did_you_mean(word, known) or f"one of: {', '.join(known)}"
        raise MakegoodError(Finding("MG844", f"no claim is ever '{word}'", hint)) from None
