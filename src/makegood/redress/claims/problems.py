"""What can be wrong about claims, as findings. None ever repeats an account or a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from makegood.kernel import Finding, MakegoodError
from makegood.redress.claims.states import TRANSITIONS, ClaimState


def unknown_claim(receipt_number: str) -> MakegoodError:
    """MG840: no such receipt number, or one that was mistyped."""
    message = f"there is no claim '{receipt_number[:20]}'"
    hint = "a receipt number has twelve letters, such as R7K3-9QXM-2HTB; read it again"
    return MakegoodError(Finding("MG840", message, hint))


def not_to_apply_for(measure: str, why: str, hint: str) -> MakegoodError:
    """MG841: nobody applies for this, or not for this line."""
    return MakegoodError(Finding("MG841", f"nobody applies for '{measure}': {why}", hint))


def wrong_channel(through: str, known: Collection[str]) -> MakegoodError:
    """MG843: applications are not taken that way."""
    message = f"applications do not come in through '{through}'"
    return MakegoodError(Finding("MG843", message, f"one of: {', '.join(known)}"))


def wrong_application(message: str, hint: str) -> MakegoodError:
    """MG844: something is missing, or is there and must not be."""
    return MakegoodError(Finding("MG844", message, hint))


# What happens to a claim that comes to a state, as "it cannot be ..." goes on.
_BECOMES: Mapping[ClaimState, str] = {
    ClaimState.OBJECTED: "objected to",
    ClaimState.SCHEDULED: "put down for payment",
    ClaimState.PAYING: "taken up by a run",
    ClaimState.MENDED: "given another account",
}


def wrong_step(receipt_number: str, before: ClaimState, what: ClaimState | str) -> MakegoodError:
    """MG845: what is asked for does not follow from where the claim stands."""
    possible = sorted(_BECOMES.get(each, each.value) for each in TRANSITIONS[before])
    wanted = _BECOMES.get(what, what.value) if isinstance(what, ClaimState) else what
    message = f"claim {receipt_number} is {before}: it cannot be {wanted}"
    hint = f"where it stands it can be {', '.join(possible)}" if possible else "nothing follows"
    hint = f"{hint}; 'makegood claim show {receipt_number}' says what happened to it"
    return MakegoodError(Finding("MG845", message, hint))


def not_payable(expected: int, found: int) -> MakegoodError:
    """MG846: a run wants to pay claims that do not, or not all, wait to be paid just so."""
    message = (
        f"{expected:,} claims were to be paid, and {found:,} of them wait to be paid with that"
        " attempt, amount and account"
    )
    hint = "nothing was changed; plan the run again from the claims as they stand now"
    return MakegoodError(Finding("MG846", message, hint))


def begun_twice() -> MakegoodError:
    """MG847: an attempt of a key was begun by another run."""
    message = "another run has begun to pay one of these claims under the same attempt"
    hint = "nothing was changed; 'makegood run list' shows the runs of this measure"
    return MakegoodError(Finding("MG847", message, hint))


def waits_for_nobody(receipt_number: str) -> MakegoodError:
    """MG848: a person decides what no person needs to decide."""
    message = f"claim {receipt_number} waits for no person's decision"
    hint = "'makegood claim list --waiting' shows those that do"
    return MakegoodError(Finding("MG848", message, hint))


def no_agreement(receipt_number: str) -> MakegoodError:
    """MG849: an approval by two persons is not at hand."""
    message = f"two persons are needed to approve claim {receipt_number}"
    hint = (
        f"'makegood claim propose {receipt_number}', have another person approve the proposal,"
        " then decide"
    )
    return MakegoodError(Finding("MG849", message, hint))


def wrong_amount(message: str, hint: str) -> MakegoodError:
    """MG850: an amount that cannot be the one of this claim."""
    return MakegoodError(Finding("MG850", message, hint))


def holder_not_known(receipt_number: str, found: str) -> MakegoodError:
    """MG854: a claim cannot be approved to an account that was not checked, or not taken."""
    if not found:
        message = f"the bank was not asked yet whose account claim {receipt_number} names"
        hint = "'makegood work' asks it; then decide"
    else:
        message = f"the account of claim {receipt_number} is not to be paid to: {found}"
        hint = f"'makegood claim account {receipt_number}' puts another in its place"
    return MakegoodError(Finding("MG854", message, hint))


def not_checked(receipt_number: str, kind: str) -> MakegoodError:
    """MG855: a claim that the worker cannot check; the others went on."""
    message = f"claim {receipt_number} could not be checked: {kind}"
    hint = (
        f"it is tried again later; 'makegood claim show {receipt_number}', and look whether the"
        " programme in force still has its measure"
    )
    return MakegoodError(Finding("MG855", message, hint))


def applied_for_before(measure: str) -> MakegoodError:
    """MG856: the claim that stands is of whoever held the line before; of it nothing is told."""
    message = f"'{measure}' was applied for by whoever held the line before"
    hint = "it is given once; it can be applied for again when that application was taken back"
    return MakegoodError(Finding("MG856", message, hint))


def changed_meanwhile(receipt_number: str) -> MakegoodError:
    """MG851: somebody else changed the claim between reading and writing."""
    message = f"claim {receipt_number} was changed by somebody else at the same moment"
    hint = f"look at it again: 'makegood claim show {receipt_number}'"
    return MakegoodError(Finding("MG851", message, hint))


def wrong_document() -> MakegoodError:
    """MG852: a document is named by its reference, not by what stands in it."""
    message = "this is no reference of a document"
    hint = "write the number under which it was filed: letters, digits and . _ / - only, at most 64"
    return MakegoodError(Finding("MG852", message, hint))


def needs_no_account(measure: str) -> MakegoodError:
    """MG853: an account is given for something that no account is needed for."""
    message = f"'{measure}' is not paid to an account"
    return MakegoodError(Finding("MG853", message, "apply without an account"))
