"""A programme in the middle of its work: claims, a pay-out, messages, codes, a quote."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from makegood.channels import ChannelName, Outcome
from makegood.channels.vouchers import give_many, import_codes
from makegood.programmes import load_text
from makegood.redress.claims import claim_of, decide, object_to, submit
from makegood.redress.quotes import give_quote
from makegood.redress.serving import programme_in_force
from makegood.runs import (
    RunKind,
    check_run,
    close_finished,
    due,
    newest_decisions,
    plan_run,
    propose_release,
    release_ready,
    send_due,
    take_in,
)
from makegood.runs.rows import execute
from makegood.trust.access import Visitor
from makegood.trust.proposals import approve
from tests.programme_text import changed
from tests.redress.claims.relief import (
    AFTERWARDS,
    IN_TIME,
    NAME,
    SEOUL,
    TEXT,
    EveryAccount,
    advanced,
    agreed,
    application,
    applied,
    at,
    call_centre,
    opened,
    shop,
    supervisor,
)
from tests.redress.outage_lines import published
from tests.runs.execution.hand_made import hand_made, key_of
from tests.runs.execution.outside import Outside
from tests.runs.planning.test_claims_first import supervisor_of_runs
from tests.staff_people import browser, make_device_known, member, sign_in

if TYPE_CHECKING:
    from django.test import Client

    from makegood.configuration import Settings

PAY_DAY = datetime(2026, 1, 22, 10, tzinfo=SEOUL)
LESS = changed("amount: penalty\n", "amount: greatest(0, penalty - 20000)\n", TEXT)


class World:
    """What was done, and the receipts by line.

    L0001 was paid, L0002 failed, of M0000 the bank says both; L0003 objects, L0004 is undetermined,
    L0006 came late and was approved by two persons, L0011 came late and waits.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.receipts: dict[str, str] = {}
        self.bank = EveryAccount()
        self._apply(folder)
        self._pay()
        self._come_late()
        self._send_messages()
        self._fill_pools(folder)

    def claim(self, line: str) -> str:
        """The address of a line's claim."""
        return f"/claims/{self.receipts[line]}/"

    def _apply(self, folder: Path) -> None:
        with at(IN_TIME):
            opened(folder)
            self._decide()
            for line in ("L0001", "L0002", "L0003", "L0004", "L0009"):
                self.receipts[line] = applied(line).receipt_number
            give_quote(call_centre(), NAME, "M0009", "ko", "call_centre", case="CALL-1")
        with at(IN_TIME + timedelta(days=1)):
            for number in range(4):
                line = f"M{number:04}"
                given = application(line, through="shop")
                self.receipts[line] = submit(shop(), given, case="SHOP-1").receipt_number
            advanced(self.bank)
            object_to(call_centre(), self.receipts["L0003"], "it is our brand", case="CALL-3")
            advanced(self.bank)

    def _pay(self) -> None:
        with at(PAY_DAY):
            kinds = [each for each in due(load_text(TEXT), PAY_DAY) if each.kind is RunKind.PAY_OUT]
            run = plan_run(self.settings, NAME, kinds[0], "console:root")
            check_run(self.settings, run.run_id)
            made = propose_release(supervisor_of_runs(), run.run_id, "the first pay-out")
            approve(made.proposal_id, by="console:other")
            release_ready(self.settings)
            outside = Outside(ChannelName.BANK)
            send_due(self.settings, "worker-1", channels=outside)
            key = {line: claim_of(receipt).key for line, receipt in self.receipts.items()}
            failed = {key["L0002"]}
            outside.answer([(k, Outcome.DONE) for k, _ in sorted(outside.items) if k not in failed])
            outside.answer([(key["L0002"], Outcome.FAILED), (key["M0000"], Outcome.FAILED)])
            take_in(self.settings, channels=outside)
            close_finished()
            self.pay_out = run

    def _come_late(self) -> None:
        with at(AFTERWARDS):
            for line in ("L0006", "L0011"):
                made = applied(line, document=f"DOC-2026-{line}")
                self.receipts[line] = made.receipt_number
            advanced(self.bank)
            agreed(self.receipts["L0006"], 120_000)
            decide(supervisor(), self.receipts["L0006"], approve=True, case="CASE-7")
            published(LESS)
            self._decide()

    def _send_messages(self) -> None:
        outside = Outside(ChannelName.MAIL)
        with at(AFTERWARDS):
            for kind, period in ((RunKind.NOTICE, "n1"), (RunKind.REMINDER, "r1")):
                hand_made(
                    self.settings,
                    range(1, 7),
                    kind=kind,
                    channel=ChannelName.MAIL,
                    measure="waiver",
                    period=period,
                )
            execute("UPDATE runs_run SET programme = %s WHERE channel = 'mail'", [NAME])
            send_due(self.settings, "worker-1", channels=outside)
            keys = [key_of(number, "waiver", "n1") for number in range(1, 7)]
            outside.answer([(key, Outcome.DONE) for key in keys[:4]])
            outside.answer([(keys[4], Outcome.FAILED)])
            take_in(self.settings, channels=outside)

    def _fill_pools(self, folder: Path) -> None:
        codes = folder / "codes.csv"
        codes.write_text("code\n" + "".join(f"MUSIC-{n:04}\n" for n in range(20)), "utf-8")
        with at(AFTERWARDS):
            import_codes(Visitor.console("root"), "music_pool", codes)
            with transaction.atomic():
                give_many("music_pool", [f"key-{number}" for number in range(19)])

    def _decide(self) -> None:
        newest_decisions(self.settings, programme_in_force(NAME))


def at_work(name: str, *roles: str) -> Client:
    """A member who has just signed in, at a known device."""
    client = browser()
    sign_in(client, member(name, *roles))
    make_device_known(client)
    return client
