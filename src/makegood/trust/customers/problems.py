"""What may stand between a customer and their session. No finding tells whether there is one."""

from __future__ import annotations

from makegood.kernel import Finding, MakegoodError


class PleaseWait(MakegoodError):
    """Too many tries (MG641), or codes of a day (MG644): ``wait_seconds`` from now."""

    def __init__(self, wait_seconds: int, *, of_the_day: bool = False) -> None:
        self.wait_seconds = wait_seconds
        self.of_the_day = of_the_day
        what = "as many codes as a day has were asked for" if of_the_day else "too many tries"
        code = "MG644" if of_the_day else "MG641"
        super().__init__(Finding(code, what, f"try again in {wait_seconds} seconds"))


class WrongCode(MakegoodError):
    """The code is not the one that was sent (MG642); ``tries_left`` may be 0."""

    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        hint = f"{tries_left} tries are left" if tries_left else "ask for another code"
        super().__init__(Finding("MG642", "the code is not right", hint))


class AttemptOver(MakegoodError):
    """The attempt counts no longer (MG643): its time or tries are over, it was used or replaced."""

    def __init__(self) -> None:
        super().__init__(Finding("MG643", "this code counts no longer", "ask for another code"))


def no_telephone() -> MakegoodError:
    """What was given is no telephone number, whoever gives it."""
    hint = "write it as 010-1234-5678; one from abroad begins with + and its country"
    return MakegoodError(Finding("MG640", "this is no telephone number", hint))


def provider_not_believed(why: str) -> MakegoodError:
    """The customers' provider did not answer, or not as it should."""
    hint = "try again, or show who you are by a code; the reason stands in the program's log"
    return MakegoodError(Finding("MG645", f"sign-in at the provider did not work: {why}", hint))


def provider_unknown_customer() -> MakegoodError:
    """The provider vouches for somebody who is no customer here, or whose data was deleted."""
    hint = "show who you are by a code, or call the support centre"
    return MakegoodError(Finding("MG646", "the provider's account belongs to no customer", hint))


def no_secret(why: str) -> MakegoodError:
    """The file with the secret of the customers' provider cannot be read."""
    hint = "name a file of the program's account in MAKEGOOD_PORTAL_OIDC_CLIENT_SECRET_FILE"
    what = f"the secret of the customers' provider cannot be read: {why}"
    return MakegoodError(Finding("MG647", what, hint))
