"""Whatever is typed, sent or changed: no page breaks, none tells how it is made, no log names it.

The addresses come from the resolver and the fields from the forms themselves, so that new ones are
tried without being named here. The examples are the same in every run.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.addresses import PORTAL
from tests.fuzz.customers_world import Customers, browsing
from tests.fuzz.hostile import BODIES, TYPES, cookies, fields_of, forms, nearly, texts
from tests.fuzz.sending import KNOWN, STEADY, addresses, expect_whole, nothing_told, sent
from tests.portal.acts.conftest import MINE, MINSU

GOOD = {
    **MINE,
    "token": "x",
    "agreed": "on",
    "option": "film",
    "words": "제 것입니다",
    "changes": "1",
    "phone": "010-7777-0000",
    "year": "1985",
    "month": "3",
    "day": "7",
    "code": "123456",
    "about": "waiver",
    "language": "ko",
}


def test_the_customers_site_stands_whatever_is_sent(customers: Customers) -> None:
    client = browsing(MINSU)
    parts = {**KNOWN, "receipt": [*customers.receipts, "AAAA-BBBB-CCCC"]}
    places = st.sampled_from(addresses(PORTAL, parts))
    fields = fields_of("portal")
    personal = customers.personal

    @settings(STEADY, max_examples=300)
    @given(
        places,
        forms(fields) | nearly(GOOD, fields),
        st.sampled_from("GPPP"),
        st.booleans(),
        cookies(),
    )
    def send(address, form, method, with_file, cookie):
        answer = sent(client, address, form, method, with_file=with_file, cookie=cookie)
        expect_whole(answer, address, form, personal)

    with nothing_told(personal):
        send()


def test_strangers_break_nothing_either(customers: Customers) -> None:
    client = browsing()
    places = st.sampled_from(addresses(PORTAL, {**KNOWN, "receipt": [*customers.receipts]}))
    fields, personal = fields_of("portal"), customers.personal

    @settings(STEADY, max_examples=120)
    @given(places, forms(fields) | nearly(GOOD, fields), st.sampled_from("GPPP"), cookies())
    def send(address, form, method, cookie):
        answer = sent(client, address, form, method, cookie=cookie)
        expect_whole(answer, address, form, personal)

    with nothing_told(personal):
        send()


def test_bodies_that_are_no_forms_break_nothing(customers: Customers) -> None:
    client = browsing(MINSU)
    places = addresses(PORTAL, {**KNOWN, "receipt": [*customers.receipts]})

    @settings(STEADY, max_examples=150)
    @given(
        st.sampled_from(places),
        st.one_of(st.sampled_from(BODIES), st.binary(max_size=60)),
        st.sampled_from(TYPES),
        texts([]),
        st.sampled_from(("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW")),
    )
    def send(address, body, content_type, query, method):
        answer = client.generic(
            method, address, body, content_type, QUERY_STRING=query.encode().decode("latin-1")
        )
        expect_whole(answer, address, {}, ())

    send()


@pytest.mark.parametrize("site", ["portal", "operations", "centre"])
def test_fields_are_found_of_every_form(site: str, database: object) -> None:
    assert database
    assert len(fields_of(site)) > 10
