"""What went wrong with a shard, in words: findings by their code, other failures by their kind."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.operations.frame import language
from makegood.operations.parts import Shown
from makegood.operations.pieces import Piece

_CODE = re.compile(r"MG\d{3}")
_FAILED = re.compile(r"(?P<what>.* .*): (?P<kind>\w+)", re.DOTALL)
_ABOUT_NOTHING = "about nothing that any run has"
_SILENT = frozenset({"TimeoutError", "timeout", "ReadTimeout", "ConnectTimeout"})
_AWAY = frozenset(
    {
        "ConnectionError",
        "ConnectionAbortedError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "BrokenPipeError",
        "RemoteDisconnected",
        "SSLError",
        "URLError",
        "gaierror",
    }
)
_FILES = frozenset({"FileNotFoundError", "IsADirectoryError", "OSError", "PermissionError"})
_STORE = frozenset({"DatabaseError", "InterfaceError", "InternalError", "OperationalError"})

_WORDS: tuple[tuple[frozenset[str], Promise], ...] = tuple(
    (frozenset(codes.split()), words)
    for codes, words in (
        ("MG801 MG810 MG820", gettext_lazy("The way out is not set up completely.")),
        (
            "MG802 MG812 MG823 MG873",
            gettext_lazy("The items are not those that the run was made with."),
        ),
        ("MG805 MG827", gettext_lazy("Nobody knows yet whether the other side has it.")),
        ("MG807 MG808", gettext_lazy("Codes to give are running out, or are used up.")),
        ("MG811", gettext_lazy("Accounts were deleted while the file was written.")),
        ("MG817", gettext_lazy("The other side did not answer in time.")),
        ("MG818", gettext_lazy("The other side refused what was sent.")),
        ("MG800 MG819 MG821 MG822", gettext_lazy("It could not be handed over.")),
        (
            "MG803 MG813 MG815 MG816 MG824 MG874 MG881",
            gettext_lazy("Answers that came in cannot be used as they are."),
        ),
        ("MG830 MG831", gettext_lazy("The facts of the lines are not loaded.")),
        ("MG855", gettext_lazy("Applications could not be checked.")),
        ("MG857 MG867", gettext_lazy("The words of a message are not there.")),
        ("MG860 MG872", gettext_lazy("There are no facts of lines for the day, or near it.")),
        ("MG861 MG875", gettext_lazy("Another process has it in hand just now.")),
        (
            "MG862 MG863 MG868 MG869",
            gettext_lazy("What was decided and what the run holds do not agree."),
        ),
        ("MG834 MG866", gettext_lazy("What was kept was changed, or is gone.")),
        ("MG769 MG871", gettext_lazy("What two persons agreed on is not at hand.")),
        ("MG876", gettext_lazy("A partner said two things about the same item.")),
        ("MG877", gettext_lazy("The totals of the run do not agree.")),
        (
            "MG890 MG891 MG892 MG893 MG894",
            gettext_lazy("The ledger does not agree with what was done."),
        ),
        ("MG632 MG633 MG865", gettext_lazy("The programme's text in force is missing or changed.")),
    )
)
"""By the codes of findings what they mean to who looks at the work."""


def trouble_words(kept: str) -> str:
    """What is kept of the last trouble of a shard, or of the work; empty where there was none.

    A finding keeps its code and its own words, which are English and say what to look for. Of
    another failure only its kind is kept, because its text may be personal: its number is that of
    run and shard, under which the program's log names it.
    """
    return "".join(piece.text for piece in _pieces(kept))


def trouble_shown(kept: str) -> Shown | None:
    """The same for a table, where what is English is told to be; None where there was none."""
    pieces = _pieces(kept)
    words = "".join(piece.text for piece in pieces)
    return Shown(words, words, pieces=pieces) if words else None


def _pieces(kept: str) -> tuple[Piece, ...]:
    words, english = _in_two(kept)
    if not words or not english:
        return tuple(Piece(text, is_english=text is english) for text in (words, english) if text)
    return Piece(f"{words} ("), Piece(english, is_english=True), Piece(")")


def _in_two(kept: str) -> tuple[str, str]:
    """Words in the page's language, and what there is in English only."""
    if found := _CODE.search(kept):
        return (_of_code(found[0]) if language() != "en" else ""), kept
    if kept and " " not in kept:
        more = _("The program's log says more under the run and the shard.")
        return f"{_of_kind(kept)} {more}", ""
    if failed := _FAILED.fullmatch(kept):
        return _of_kind(failed["kind"]), failed["what"]
    if kept.endswith(_ABOUT_NOTHING) and language() != "en":
        return _("Answers came in that are about nothing that any run has."), kept
    return "", kept


def _of_code(code: str) -> str:
    """The words of a finding; empty for a code that is seldom seen here."""
    return next((str(words) for codes, words in _WORDS if code in codes), "")


def _of_kind(kind: str) -> str:
    if kind in _SILENT:
        return _("The other side did not answer in time.")
    if kind in _AWAY:
        return _("The other side could not be reached.")
    if kind in _FILES:
        return _("A file or a folder could not be read or written.")
    if kind in _STORE:
        return _("The database was away.")
    return _("Something unexpected went wrong.")
