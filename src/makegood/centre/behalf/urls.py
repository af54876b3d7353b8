"""The addresses of acts on a person's behalf. ``line`` is a place among their lines.

Whose they are stands in the session alone. A file can be sent to addresses that end in
``document/``, and to no others.
"""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from makegood.centre.behalf import (
    applying,
    certifying,
    choosing,
    claiming,
    codes,
    consenting,
    handing_in,
    reckoning,
)

_LINE = "person/dues/<int:line>/<slug:measure>/"
_CLAIM = r"^person/claims/(?P<receipt>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/"

patterns: list[URLPattern] = [
    path("person/consent/code/", consenting.ask, name="consent_code"),
    path("person/consent/code/told/", consenting.told, name="consent_code_told"),
    path("person/dues/<int:line>/penalty/", reckoning.penalty, name="for_penalty"),
    path(f"{_LINE}apply/", applying.apply, name="for_apply"),
    path(f"{_LINE}apply/document/", handing_in.document, name="for_document"),
    path(
        f"{_LINE}apply/account-document/", handing_in.account_document, name="for_account_document"
    ),
    path(f"{_LINE}choose/", choosing.choose, name="for_choose"),
    path(f"{_LINE}code/", codes.pass_code, name="for_code"),
    path(f"{_LINE}coupons/<int:offer>/", codes.coupon, name="for_coupon"),
    path(f"{_LINE}coupons/<int:offer>/code/", codes.coupon_code, name="for_coupon_code"),
    path(f"{_LINE}certificate/", certifying.certificate, name="for_certificate"),
    re_path(f"{_CLAIM}$", claiming.claim, name="for_claim"),
    re_path(f"{_CLAIM}correct/$", claiming.correct, name="for_correct"),
    re_path(
        f"{_CLAIM}correct/(?P<kind>account|claim)-document/$",
        handing_in.correct_document,
        name="for_correct_document",
    ),
    re_path(f"{_CLAIM}withdraw/$", claiming.take_back, name="for_withdraw"),
    re_path(f"{_CLAIM}object/$", claiming.object_against, name="for_object"),
]
