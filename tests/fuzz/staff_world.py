"""The staff pages with something behind each address, and a member of each role."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from makegood.cases import CaseKind, articles, open_case
from makegood.programmes import load_text
from makegood.publication import Draft, StudyKind, ask_for_study, keep_draft
from makegood.publication import propose as propose_text
from makegood.redress.claims import claim_of
from makegood.redress.serving import programme_in_force
from makegood.runs import carry_out_study, newest_decisions
from makegood.runs.rows import execute
from makegood.trust.audit import entries
from makegood.trust.policy import Role
from makegood.trust.proposals import ProposalKind, approve, propose
from makegood.trust.vault import keep_document
from tests.fuzz.person import (
    OFFERED,
    WHO,
    case_to_call,
    case_with_exception,
    codes_of_everything,
    enrolled,
)
from tests.pages.money_and_claims.relief_world import LESS, World
from tests.portal.acts.conftest import PDF
from tests.programme_text import changed
from tests.redress.claims.relief import AFTERWARDS, NAME, PERSONS, TEXT, at, number_of
from tests.redress.outage_lines import published
from tests.staff_people import browser, make_device_known, member, sign_in
from tests.trust.access.visitors import agent

if TYPE_CHECKING:
    from django.test import Client

ROLES = tuple(
    role.value for role in Role if role not in {Role.CUSTOMER, Role.CONSOLE_OPERATOR, Role.SYSTEM}
)
NOBODY = ""
CONSENT = {"channel": "telephone", "evidence": "R-17", "days_valid": "1"}
ABOUT = {"purpose": "customer_request", "case": "CALL-1", "customer_id": WHO}
_LESS = "greatest(0, penalty - 20000)"
_LESS_BY_DAY = f"CASE WHEN left_on >= DATE '2026-01-31' THEN 0 ELSE {_LESS} END"
_BY_DAY = changed(
    "    for: left_on <= closes\n",
    "    for: left_on <= closes\n    by_day: left_on\n",
    changed(f"amount: {_LESS}\n", f"amount: {_LESS_BY_DAY}\n", LESS),
)
IN_FORCE = changed("notices: []\n", OFFERED, _BY_DAY)


class Staff:
    """A programme in the middle of its work, and who looks at it: ``clients`` by their role."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings

        world = World(settings.INSTALLATION, folder)
        with at(AFTERWARDS):
            published(IN_FORCE)
            newest_decisions(settings.INSTALLATION, programme_in_force(NAME))
        self.codes = codes_of_everything(folder)
        enrolled(settings.INSTALLATION, IN_FORCE)
        self.run_id = str(world.pay_out.run_id)
        self.receipt = world.receipts[WHO]
        self.receipts = world.receipts
        self.clients: dict[str, Client] = {role: at_work(role) for role in ROLES}
        self.clients[NOBODY] = browser()
        for client in self.clients.values():
            client.raise_request_exception = False
        for client in self.clients.values():
            client.post("/centre/person/choose/", ABOUT)
        self.clients["call_centre_agent"].post("/centre/person/consent/", CONSENT)
        self.parts = self._parts_of_addresses()
        [self.article, *_more] = [each.name for each in articles(load_text(IN_FORCE), "ko")]
        self.case_to_call = case_to_call()
        self.case_with_exception = case_with_exception(self.receipt)
        self.agreed_draft = str(agreed_draft().draft_id)
        added, _ = ask_for_study(
            agent("author", Role.REMEDIATION_AUTHOR), StudyKind.TOP_UPS, load_text(IN_FORCE)
        )
        carry_out_study(settings.INSTALLATION, added.study_id)

    @property
    def personal(self) -> tuple[str, ...]:
        """What nobody may see without a right to it."""
        numbers = [number_of(line) for line in PERSONS]
        return (*PERSONS.values(), *self.receipts.values(), *numbers, "7777-0001", *self.codes)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers of accounts and telephones, which are masked wherever they stand."""
        return (*(number_of(line) for line in PERSONS), "7777-0001")

    def _parts_of_addresses(self) -> dict[str, str]:
        """What stands for each part of an address, of something that is there."""
        from makegood.trust.staff import devices_waiting, open_sessions

        officer = agent("eve", Role.SECURITY_OFFICER)
        made = propose(
            ProposalKind.ROTATE_KEYS, "keys", {}, "a year", by="staff:other", source="test"
        )
        author = agent("author", Role.REMEDIATION_AUTHOR)
        programme = load_text(IN_FORCE + "# once more\n")
        draft = keep_draft(author, programme)
        study, _is_new = ask_for_study(
            agent("author", Role.REMEDIATION_AUTHOR), StudyKind.FORECAST, programme
        )
        case = open_case(
            agent("bora"), kind=CaseKind.QUESTION, programme=NAME, through="call_centre"
        )
        document = keep_document(WHO, "a.pdf", "", PDF, actor="console:tester")
        execute(
            "UPDATE claims_claim SET document = %s WHERE receipt_number = %s",
            [document, self.receipt],
        )
        elsewhere = member("elsewhere", Role.SUPERVISOR.value)
        unknown = browser()
        sign_in(unknown, elsewhere)
        unknown.post("/account/devices/", {"name": "desk 15"})
        return {
            "proposal_id": str(made.proposal_id),
            "answer": "approve",
            "draft_id": str(draft.draft_id),
            "study_id": str(study.study_id),
            "programme": NAME,
            "sha256": load_text(TEXT).sha256,
            "run_id": self.run_id,
            "key": claim_of(self.receipts["L0002"]).key,
            "receipt": self.receipt,
            "number": case.number,
            "line": "1",
            "offer": "1",
            "entry_id": str(next(iter(entries())).entry_id),
            "month": "2026-11",
            "finding_id": "many-nobody",
            "session_id": str(open_sessions(elsewhere)[0].session_id),
            "device_id": str(devices_waiting(officer)[0].device_id),
            "pk": "1",
            "token": "none",
            "provider_id": "company",
            "measure": "waiver",
        }


def agreed_draft() -> Draft:
    """A text that may be put in force: another person has approved it."""
    author = agent("author", Role.REMEDIATION_AUTHOR)
    programme = load_text(IN_FORCE + "# for the last time\n")
    made = propose_text(author, programme, "the board agreed on it")
    approve(made.proposal_id, by=agent("minho", Role.REMEDIATION_APPROVER).actor)
    return keep_draft(author, programme)


def at_work(role: str) -> Client:
    """A member with one role, who has just signed in at a known device."""
    client = browser()
    sign_in(client, member(f"{role.replace('_', '.')}", role))
    make_device_known(client)
    return client
