"""A customer who has applied for, chosen and taken everything, and one who has nothing yet."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from makegood.channels.exchange import PartnerFolders
from makegood.channels.exchange.fake import FakePartner
from makegood.channels.vouchers import code_of, give, import_codes
from makegood.kernel import FixedClock, pay_once_key
from makegood.redress.choices import begin_granting, coupons_of, settle_choices
from makegood.redress.claims import advance
from makegood.runs import work
from makegood.trust import clock
from makegood.trust.access import Visitor
from makegood.trust.vault import keep_document, mask_account_number
from tests.portal.acts.conftest import (
    JIYEON,
    MINE,
    MINSU,
    NAMES,
    OFFERED,
    PDF,
    apply_for,
    confirm,
    signed_in,
)
from tests.programme_text import changed
from tests.redress.claims.relief import IN_TIME, NAME

if TYPE_CHECKING:
    from django.test import Client

MASKED = "김*수"
MASKED_ACCOUNT = mask_account_number(MINE["account_number"])
PHONES = ("010-7777-0000", "01077770000", "1077770000", "7777-0000")
PENALTY = "120,000"
"""Of the owner's first line."""
THEIR_OWN = {"bank_code": "004", "account_number": "99000111333", "account_holder": NAMES[JIYEON]}
PASS_CODE = "MUSIC-AAAA1"  # noqa: S105 - a voucher's
_HALF_FROM_THE_TENTH = (
    "CASE WHEN left_on >= DATE '2026-01-10' THEN prorate(penalty, 1, 2, down) ELSE penalty END"
)
_PENALTY_BY_DAY = changed(
    "    for: left_on <= closes\n",
    "    for: left_on <= closes\n    by_day: left_on\n",
    changed("      amount: penalty\n", f"      amount: {_HALF_FROM_THE_TENTH}\n", OFFERED),
)
TEXT = changed(
    "claim: {from: 2026-02-01T09:00,",
    "claim: {from: 2026-01-14T09:00,",
    changed("      from: 2026-03-01\n", "      from: 2026-01-16\n", _PENALTY_BY_DAY),
)
"""With a penalty that depends on the day, and a cover that begins while the window is open."""
ENROLLED_AT = IN_TIME + timedelta(hours=15)
"""On the cover's first day, once its enrolments have begun."""


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
        self._enrol(folder)
        self.owner.post("/dues/1/waiver/apply/", MINE)
        self.summary = self.owner.get("/dues/1/waiver/apply/confirm/").content.decode()
        self.receipts = (confirm(self.owner, 1), apply_for(self.owner, 2))
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
            *(PENALTY, "L0001", "L0003", "L0006"),
        )

    def _enrol(self, folder: Path) -> None:
        """The first line is in the cover, and the insurer has said so."""
        self.owner.get("/dues/1/cover/enrol/")
        confirm(self.owner, measure="cover")
        assert advance(settings.INSTALLATION) == 1
        with clock.use(FixedClock(ENROLLED_AT)):
            work(settings.INSTALLATION, until_idle=True)
            folders = PartnerFolders.of(settings.INSTALLATION, "insurer")
            FakePartner(folders, folder / "in").step(ENROLLED_AT + timedelta(days=1))
            work(settings.INSTALLATION, until_idle=True)

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
