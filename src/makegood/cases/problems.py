"""What can be wrong about cases, as findings. None ever repeats what somebody wrote."""

from __future__ import annotations

from collections.abc import Iterable

from makegood.cases.states import TRANSITIONS, CaseState
from makegood.kernel import Finding, MakegoodError


def unknown_case(number: str) -> MakegoodError:
    """MG660: no such case number, or one that was mistyped."""
    message = f"there is no case '{number[:20]}'"
    hint = "a case number has eight letters, such as K7RM-29QH; read it again"
    return MakegoodError(Finding("MG660", message, hint))


def personal_words(what: str) -> MakegoodError:
    """MG661: what was written seems to hold somebody's data."""
    message = f"the {what} seems to hold a telephone, account or registration number or an e-mail"
    hint = "nothing was kept; leave the number out: it stands in the customer's own record"
    return MakegoodError(Finding("MG661", message, hint))


def wrong_words(what: str, why: str, hint: str) -> MakegoodError:
    """MG662: a subject, note or tag that cannot be kept."""
    return MakegoodError(Finding("MG662", f"the {what} {why}", hint))


def wrong_case_step(number: str, before: CaseState, what: str) -> MakegoodError:
    """MG663: what is asked for does not follow from where the case stands."""
    followers = ", ".join(sorted(TRANSITIONS[before]))
    message = f"case {number} is {before}: it cannot be {what}"
    return MakegoodError(Finding("MG663", message, f"from there it can become: {followers}"))


def too_many_callbacks(what: str) -> MakegoodError:
    """MG664: callbacks were asked for too often by somebody who is not signed in."""
    message = f"too many callbacks were asked for {what}"
    hint = "call the support centre, or ask again tomorrow"
    return MakegoodError(Finding("MG664", message, hint))


def callback_stands(number: str) -> MakegoodError:
    """MG665: a customer who waits for a call asks for another one."""
    message = "a callback was asked for already, and is still to come"
    hint = f"its case is {number}; it can be put off, and another asked for when it is done"
    return MakegoodError(Finding("MG665", message, hint))


def wrong_time(message: str, hint: str) -> MakegoodError:
    """MG666: a deadline or a time to call that cannot be."""
    return MakegoodError(Finding("MG666", message, hint))


def nobody_to_hand_to(message: str, hint: str) -> MakegoodError:
    """MG667: no such colleague or team, or one that does not work on cases."""
    return MakegoodError(Finding("MG667", message, hint))


def wrong_case(message: str, hint: str) -> MakegoodError:
    """MG668: something of a case is missing, or does not go together."""
    return MakegoodError(Finding("MG668", message, hint))


def no_exception(number: str) -> MakegoodError:
    """MG669: nothing that two persons agreed on is at hand for the case."""
    message = f"no approved, unused exception belongs to case {number}"
    hint = "propose one from the case, and have another person approve it"
    return MakegoodError(Finding("MG669", message, hint))


def one_of(words: Iterable[str]) -> str:
    """A hint that names what there is."""
    return f"one of: {', '.join(words)}"
