"""Whose account it is, as the bank says.

The question and the answer have the fields of the KFTC's open banking, 계좌실명조회
(``/v2.0/inquiry/real_name``): so a bank's own service of that make is asked in the same way.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from makegood.channels.bank.problems import refused, unreachable
from makegood.channels.bank.web import asked
from makegood.configuration import Settings
from makegood.trust import clock

PATH: Final = "/v2.0/inquiry/real_name"
_WHAT: Final = "enquiry after an account's holder"
_DONE, _AT_THE_BANK, _BANK_DONE = "A0000", "A0002", "000"
_NO_ACCOUNT: Final = frozenset({"412", "415", "416", "419", "420", "499", "815"})
"""Answers of the account's bank: none such, closed, special, reported, stopped, no, other name."""
_LETTERS = string.ascii_uppercase + string.digits


class HolderKind(StrEnum):
    """What the bank knows a holder by: the day of birth (YYMMDD), or a company's number."""

    PERSON = " "
    COMPANY = "6"


@dataclass(frozen=True, slots=True)
class HolderAnswer:
    """Whether the account can be paid to, and its holder's name; ``code`` says why not."""

    found: bool
    name: str = field(repr=False)
    code: str


class HolderCheck:
    """Asks the bank for the holder of an account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def holder_of(
        self,
        bank_code: str,
        number: str,
        *,
        holder_kind: HolderKind | None = None,
        known_by: str = "",
    ) -> HolderAnswer:
        """Whose account it is; ``known_by`` where the bank wants the holder's birth date or number.

        Raises Unreachable (MG817, MG818) where the bank does not say, and it may be asked again.
        """
        answer = asked(
            self._settings,
            PATH,
            {
                "bank_tran_id": transaction_id(self._settings),
                "bank_code_std": bank_code,
                "account_num": number,
                "account_holder_info_type": holder_kind.value if holder_kind else "",
                "account_holder_info": known_by,
                "tran_dtime": written_now(self._settings),
            },
            _WHAT,
        )
        code, at_bank = str(answer.get("rsp_code", "")), str(answer.get("bank_rsp_code", ""))
        if code == _DONE and at_bank == _BANK_DONE:
            name = str(answer.get("account_holder_name", "")).strip()
            if not name:
                raise unreachable(_WHAT, "the answer holds no name")
            return HolderAnswer(found=True, name=name, code="")
        if code in {_DONE, _AT_THE_BANK} and at_bank in _NO_ACCOUNT:
            return HolderAnswer(found=False, name="", code=at_bank)
        raise refused(_WHAT, f"{short(code)} {short(at_bank)}".strip())


def transaction_id(settings: Settings) -> str:
    """A number of this request: the company's ten letters, U, and nine by chance (AN 20)."""
    return f"{settings.bank_institution}U{''.join(secrets.choice(_LETTERS) for _ in range(9))}"


def written_now(settings: Settings) -> str:
    """The present instant as the bank writes it, N(14)."""
    return clock.now().astimezone(settings.zone).strftime("%Y%m%d%H%M%S")


def short(code: str) -> str:
    """A code of the bank where it is one; anything longer is not repeated."""
    return code if code.isalnum() and code.isascii() and len(code) <= 8 else "?"  # noqa: PLR2004
