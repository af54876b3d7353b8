"""Every address of the customers' site, tried by whoever else there is.

The addresses come from the resolver itself: a new one without a case here fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from makegood.redress.claims import claims_of
from tests.fuzz.addresses import PORTAL, STAFF, Pattern, patterns
from tests.fuzz.customers_world import (
    MASKED,
    PENALTY,
    THEIR_OWN,
    Customers,
    browsing,
)
from tests.fuzz.sending import is_told
from tests.portal.acts.conftest import JIYEON, MINE, MINSU

if TYPE_CHECKING:
    from django.test import Client

OPEN = {
    *("start", "look_up", "code", "code_again", "provider", "provider_back"),
    *("sign_out", "signed_out", "message", "help"),
}
"""For everybody, and without anybody's data."""
LINES = {
    *("penalty", "apply", "enrol", "apply_document", "apply_account_document", "apply_confirm"),
    *("receipt", "choose", "show_code", "coupon", "certificate"),
}
CLAIMS = {"claim", "correct", "correct_document", "withdraw", "object"}
OWN = {"dues", *LINES, *CLAIMS}
"""Only what is one's own."""
MEASURES = ("waiver", "cover", "pass", "coupons", "nothing")
UNKNOWN_RECEIPT = "AAAA-BBBB-CCCC"
Address = tuple[str, dict[str, Any]]
FORM = {
    **THEIR_OWN,
    "token": "x",
    "agreed": "on",
    "option": "film",
    "words": "제 것입니다",
    "changes": "1",
    "day": "2026-01-12",
    "code": "123456",
}


@pytest.mark.usefixtures("customers")
def test_every_address_has_a_case_here() -> None:
    assert {each.name.removeprefix("portal:") for each in patterns(PORTAL)} == OPEN | OWN


def test_a_stranger_is_led_to_the_look_up_from_everything_of_ones_own(
    customers: Customers,
) -> None:
    for address in own_addresses(customers):
        for client in (browsing(), _with_a_made_up_cookie()):
            for answer in (client.get(address), client.post(address, FORM)):
                expect_nothing_of(customers, answer, address)
                if answer.status_code == 405:  # a page that takes no form
                    continue
                assert answer.status_code == 302, address
                assert answer.headers["Location"].startswith("/look-up/"), address


def test_another_customer_reaches_nothing_by_any_changed_place_or_number(
    customers: Customers,
) -> None:
    before = [(each.receipt_number, each.state, each.changes) for each in claims_of(MINSU)]
    for name, given in asked_for(customers):
        address = reverse(f"portal:{name}", kwargs=given, urlconf=PORTAL)
        is_theirs = given.get("line") == 1
        for answer in (customers.other.get(address), customers.other.post(address, FORM)):
            expect_nothing_of(customers, answer, address)
            if is_theirs:
                assert answer.status_code < 500, address
            else:
                assert answer.status_code in {404, 405}, (address, answer.status_code)
    assert [(each.receipt_number, each.state, each.changes) for each in claims_of(MINSU)] == before
    assert {each.customer_id for each in claims_of(JIYEON)} <= {JIYEON}


def test_the_page_of_what_is_due_holds_nothing_of_others(customers: Customers) -> None:
    for method in ("get", "post"):
        answer = getattr(customers.other, method)("/dues/")
        expect_nothing_of(customers, answer, "/dues/")


def test_pages_for_everybody_hold_nobody_s_data(customers: Customers) -> None:
    typed = {**FORM, "code": customers.receipts[0]}
    for name, client in product(sorted(OPEN), (browsing(), customers.other)):
        address = reverse(f"portal:{name}", urlconf=PORTAL)
        for answer in (client.get(address), client.post(address, typed)):
            assert answer.status_code < 500, address
            # What was typed may stand in its own field again, for who typed it.
            typed_by_themselves = {customers.receipts[0]}
            expect_nothing_of(customers, answer, address, but=typed_by_themselves)
    customers.other = browsing(JIYEON)  # they signed out


def test_the_owner_reaches_each_of_them(customers: Customers) -> None:
    """Else the refusals above would say nothing."""
    reached = set()
    for name, given in asked_for(customers):
        address = reverse(f"portal:{name}", kwargs=given, urlconf=PORTAL)
        if customers.owner.get(address).status_code in {200, 302}:
            reached.add(name)
    assert reached == LINES | CLAIMS
    dues = customers.owner.get("/dues/").content.decode()
    assert customers.receipts[0] in dues
    assert customers.coupon in customers.owner.get("/dues/1/coupons/coupons/1/").content.decode()
    assert MINE["account_number"].replace("-", "") in customers.summary
    claim = customers.owner.get(f"/claims/{customers.receipts[0]}/").content.decode()
    assert all(word in claim for word in (customers.receipts[0], PENALTY))
    certificate = customers.owner.get("/dues/1/cover/certificate/")
    assert certificate.headers["Content-Type"] == "application/pdf"
    assert MASKED in words_of(certificate)
    for query, amount in (("", PENALTY), ("?day=2026-01-12", "60,000")):
        page = customers.owner.get(f"/dues/1/penalty/{query}").content.decode()
        assert is_told(f"{amount}원", page)


def test_no_form_is_taken_without_its_token(customers: Customers) -> None:
    """A page of another site can make a browser send a form, and cannot know the token."""
    careful = browsing(MINSU)
    careful.handler.enforce_csrf_checks = True
    for address in (*own_addresses(customers), *open_addresses()):
        answer = careful.post(address, FORM)
        assert answer.status_code == 403, (address, answer.status_code)


def test_no_address_of_the_staff_s_is_there(customers: Customers) -> None:
    shared = {"/", "/overview/"}
    for each in patterns(STAFF):
        if each.parts:
            continue
        address = reverse(each.name, urlconf=STAFF)
        if address not in shared:
            assert customers.other.get(address).status_code == 404, address


def asked_for(customers: Customers) -> Iterator[Address]:
    """Each address of a line's or claim's, with right, near and impossible parts."""
    for each in patterns(PORTAL):
        name = each.name.removeprefix("portal:")
        if name in LINES | CLAIMS:
            for given in _parts(each, customers):
                yield name, given


def own_addresses(customers: Customers) -> list[str]:
    """The addresses of what is the owner's."""
    return [
        "/dues/",
        *(
            reverse(f"portal:{name}", kwargs=given, urlconf=PORTAL)
            for name, given in asked_for(customers)
            if given.get("line", 1) == 1
        ),
    ]


def open_addresses() -> list[str]:
    return [reverse(f"portal:{name}", urlconf=PORTAL) for name in sorted(OPEN)]


def _parts(pattern: Pattern, customers: Customers) -> Iterator[dict[str, Any]]:
    known: dict[str, tuple[Any, ...]] = {
        "line": (0, 1, 2, 3, 4, 10**20),
        "measure": MEASURES,
        "number": (0, 1, 2, 10**20),
        "receipt": (*customers.receipts, UNKNOWN_RECEIPT),
        "kind": ("account", "claim"),
    }
    assert set(pattern.parts) <= set(known), f"{pattern.name} has a part without values here"
    for values in product(*(known[part] for part in pattern.parts)):
        given = dict(zip(pattern.parts, values, strict=True))
        # Of a line that cannot be theirs one measure and number is enough.
        is_far = given.get("line") in {0, 4, 10**20}
        if is_far and (given.get("measure", "waiver"), given.get("number", 1)) != ("waiver", 1):
            continue
        yield given


def expect_nothing_of(
    customers: Customers, answer: Any, address: str, *, but: frozenset[str] | set[str] = frozenset()
) -> None:
    """No word of the owner's in the answer, its headers or its title."""
    told = words_of(answer) + str(dict(answer.headers))
    for number, value in enumerate(customers.personal):
        # What stands in the address they know already.
        if value not in but and value not in address:
            assert not is_told(value, told), f"personal value {number} at {address}"


def words_of(answer: Any) -> str:
    """What somebody reads in an answer; a PDF's words are not in its bytes as such."""
    if answer.headers.get("Content-Type") == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    return str(answer.content.decode("utf-8", "replace"))


def _with_a_made_up_cookie() -> Client:
    from django.conf import settings

    client = browsing()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.cookies["makegood-staff"] = "b" * 32
    return client
