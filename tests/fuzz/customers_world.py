"""A customer who has applied for, chosen and taken everything, and one who has nothing yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from django.db import transaction

from makegood.channels.vouchers import code_of, give, import_codes
from makegood.kernel import pay_once_key
from makegood.redress.choices import begin_granting, coupons_of, settle_choices
from makegood.trust.access import Visitor
from makegood.trust.vault import keep_document, mask_account_number
from tests.portal.acts.conftest import JIYEON, MINE, MINSU, NAMES, PDF, apply_for, signed_in
from tests.redress.claims.relief import NAME

if TYPE_CHECKING:
    from django.test import Client

MASKED = "김*수"
MASKED_ACCOUNT = mask_account_number(MINE["account_number"])
PHONES = ("010-7777-0000", "01077770000", "1077770000", "0000-7777")
THEIR_OWN = {"bank_code": "004", "account_number": "99000111333", "account_holder": NAMES[JIYEON]}
PASS_CODE = "MUSIC-AAAA1"  # noqa: S105 - a voucher's


class Customers:
    """What is Minsu's, and the browsers of both.

    Lines 1 to 3 are Minsu's; the other customer has line 1 alone.
    """

    def __init__(self, folder: Path) -> None:
        self.owner, self.other = browsing(MINSU), browsing(JIYEON)
        self._grant_pass(folder)
        self.owner.post("/dues/1/coupons/coupons/1/")
        [coupon] = coupons_of("L0001")
        self.coupon = str(code_of(coupon.item_key))
        self.receipts = (apply_for(self.owner, 1), apply_for(self.owner, 2))
        kept = keep_document(MINSU, "복무.pdf", "", PDF, actor="console:tester")
        self.document = str(kept)

    @property
    def personal(self) -> tuple[str, ...]:
        """What no answer to anybody else may hold."""
        return (
            *(NAMES[MINSU], MASKED, MINSU, self.coupon, PASS_CODE, self.document),
            *self.receipts,
            *(MINE["account_number"], MINE["account_number"].replace("-", ""), MASKED_ACCOUNT),
            *PHONES,
            *("L0001", "L0003", "L0006"),
        )

    def _grant_pass(self, folder: Path) -> None:
        codes = folder / "music.csv"
        codes.write_text(f"code\n{PASS_CODE}\n")
        import_codes(Visitor.console("root"), "music_pool", codes)
        self.owner.post("/dues/1/pass/choose/", {"option": "music"})
        key, run_id = pay_once_key(NAME, "pass", "L0001", "2024-05-02", "once"), uuid4()
        chosen = {"line_id": ["L0001"], "option": ["music"], "key": [key]}
        answer = {"key": [key], "attempt": [1], "outcome": ["done"], "code": [""]}
        with transaction.atomic():
            begin_granting(run_id, pa.table(chosen), programme=NAME, measure="pass")
            give("music_pool", key)
            settle_choices(run_id, pa.table(answer))


def browsing(customer_id: str = "", language: str = "ko") -> Client:
    """A browser that shows a fault as its user would see it; of nobody without a customer."""
    from tests.portal.people import telephone

    client = signed_in(customer_id, language) if customer_id else telephone()
    client.raise_request_exception = False
    return client
