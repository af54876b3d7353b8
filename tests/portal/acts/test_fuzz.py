"""Whatever is typed or sent: no page breaks, and nothing of another customer's is reached."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.project.bodies import takes_document
from makegood.redress.claims import claims
from tests.portal.acts.conftest import MINE, MINSU, PDF, apply_for, file, signed_in

TEXT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "on",
            "0",
            "-1",
            "1",
            "99999999999999999999",
            "004",
            "music",
            "\x00",
            "\ud7a3",
            "'; --",
        ]
    ),
)
NAMES = (
    *("bank_code", "account_number", "account_holder", "token", "agreed", "option", "words"),
    *("changes", "file", "unknown"),
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), TEXT, max_size=8)
ACTS = (
    *("waiver/apply/", "waiver/apply/confirm/", "waiver/apply/document/", "cover/enrol/"),
    *("waiver/apply/account-document/", "pass/choose/", "coupons/coupons/1/", "pass/code/"),
    *("cover/certificate/", "waiver/apply/receipt/", "waiver/enrol/", "cover/apply/confirm/"),
)
OF_A_CLAIM = ("", "correct/", "correct/account-document/", "withdraw/", "object/")
LINES = st.one_of(st.integers(0, 5), st.integers(0, 10**30))


def test_no_form_breaks_whatever_is_sent(offered):  # noqa: ARG001 - it must be there first
    browser = signed_in(MINSU)
    receipt = apply_for(browser, 2)

    @settings(
        max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(
        st.one_of(
            st.tuples(LINES, st.sampled_from(ACTS)).map(lambda each: f"/dues/{each[0]}/{each[1]}"),
            st.sampled_from(OF_A_CLAIM).map(lambda act: f"/claims/{receipt}/{act}"),
        ),
        FIELDS,
        st.booleans(),
        st.binary(max_size=50),
    )
    def send(path, fields, is_read, content):
        if is_read:
            answer = browser.get(path, fields)
        elif "document" in path:
            answer = browser.post(
                path, {**fields, "file": file(content, fields.get("file") or "a")}
            )
        else:
            answer = browser.post(path, fields)
        assert answer.status_code < 500, path
        assert answer.headers["Cache-Control"] == "no-store"

    send()
    assert {claim.customer_id for claim in claims()} == {MINSU}


@pytest.mark.usefixtures("offered")
def test_names_of_files_from_outside_lead_nowhere():
    browser = signed_in(MINSU)
    browser.post("/dues/1/waiver/apply/", MINE)
    path = "/dues/1/waiver/apply/document/"
    for name in ("../../etc/passwd", "C:\\a.pdf", "가" * 300, "<b>.pdf"):
        assert browser.post(path, {"file": file(PDF, name)}).status_code < 500, name


@pytest.mark.usefixtures("offered")
def test_every_address_that_takes_a_file_is_one_of_them():
    from django.urls import reverse

    names: dict[str, list[int | str]] = {
        "apply_document": [1, "waiver"],
        "apply_account_document": [1, "waiver"],
        "correct_document": ["R7K3-9QXM-2HTB", "account"],
    }
    for name, place in names.items():
        address = reverse(f"portal:{name}", args=place, urlconf="makegood.project.portal_urls")
        assert takes_document(address), name
