"""A person of the staff pages who has everything: codes, a cover, and cases of which more comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from django.db import transaction

from makegood.cases import Callback, CaseKind, open_case, propose_exception
from makegood.channels import ChannelName
from makegood.channels.vouchers import code_of, give, import_codes
from makegood.kernel import pay_once_key
from makegood.programmes import load_text
from makegood.redress.choices import begin_granting, choose, coupons_of, settle_choices, take_coupon
from makegood.redress.claims import submit
from makegood.runs import (
    RunKind,
    check_run,
    close_finished,
    due,
    plan_run,
    release_ready,
    send_due,
    take_in,
)
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.proposals import approve
from tests.redress.claims.offers import CHOICE, COFFEE, SECOND_CHOICE, coupons
from tests.redress.claims.relief import (
    AFTERWARDS,
    CONTRACT,
    NAME,
    SEOUL,
    EveryAccount,
    advanced,
    applicant,
    application,
    at,
    second_supervisor,
    supervisor,
)
from tests.runs.execution.outside import Outside

if TYPE_CHECKING:
    from makegood.configuration import Settings

WHO = "L0011"
"""The customer and their line."""
COVERED = datetime(2026, 3, 2, 10, 0, tzinfo=SEOUL)
OFFERED = (
    CHOICE
    + SECOND_CHOICE
    + coupons(1, date(2026, 2, 1), date(2026, 2, 28), date(2026, 12, 31), COFFEE)
    + "notices: []\n"
)
"""What a programme offers besides, in the place of ``notices: []``."""


def codes_of_everything(folder: Path) -> tuple[str, str]:
    """The person chose a pass, which was granted, and took a coupon: the codes of both."""
    for pool, code in (("film_pool", "FILM-AAAA-1"), ("coffee_pool", "COFFEE-AAAA-1")):
        file = folder / f"{pool}.csv"
        file.write_text(f"code\n{code}\n", "utf-8")
        import_codes(Visitor.console("root"), pool, file)
    with at(AFTERWARDS):
        choose(applicant(WHO), NAME, "pass", WHO, "film", "web")
        key = granted("pass", WHO, "film")
        take_coupon(applicant(WHO), NAME, "coupons", 1, WHO, "web")
    [coupon] = coupons_of(WHO)
    return str(code_of(key)), str(code_of(coupon.item_key))


def granted(measure: str, line: str, option: str) -> str:
    """What a line chose is granted, with a code of the option's pool: the item's key."""
    key, run_id = pay_once_key(NAME, measure, line, CONTRACT, "once"), uuid4()
    chosen = {"line_id": [line], "option": [option], "key": [key]}
    answer = {"key": [key], "attempt": [1], "outcome": ["done"], "code": [""]}
    with transaction.atomic():
        begin_granting(run_id, pa.table(chosen), programme=NAME, measure=measure)
        give(f"{option}_pool", key)
        settle_choices(run_id, pa.table(answer))
    return key


def enrolled(settings: Settings, text: str) -> None:
    """The person applied for the cover, and the insurer has confirmed it."""
    with at(AFTERWARDS):
        submit(applicant(WHO), application(WHO, "cover", through="web"))
        advanced(EveryAccount())
    with at(COVERED):
        [kind] = [each for each in due(load_text(text), COVERED) if each.kind is RunKind.COVER]
        run = plan_run(settings, NAME, kind, "console:root")
        check_run(settings, run.run_id)
        release_ready(settings)
        outside = Outside(ChannelName.INSURER)
        send_due(settings, "worker-1", channels=outside)
        outside.answer_all()
        take_in(settings, channels=outside)
        close_finished()


def case_to_call() -> str:
    """The number of a case whose customer waits for a call."""
    soon = now() + timedelta(hours=1)
    made = open_case(
        supervisor(),
        kind=CaseKind.CALLBACK,
        programme=NAME,
        through="call_centre",
        customer_id=WHO,
        callback=Callback(soon, soon + timedelta(hours=1)),
    )
    return made.number


def case_with_exception(receipt: str) -> str:
    """The number of a case from which another amount was proposed, and approved by another."""
    case = open_case(
        supervisor(),
        kind=CaseKind.EXCEPTION,
        programme=NAME,
        through="call_centre",
        customer_id=WHO,
        receipt_number=receipt,
    )
    made = propose_exception(supervisor(), case.number, receipt, 50_000, "as the document says")
    approve(made.proposal_id, by=second_supervisor().actor)
    return case.number
