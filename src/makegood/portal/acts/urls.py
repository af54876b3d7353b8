"""The addresses of customers' acts. ``line`` is a place among one's lines, and no identifier.

A file can be sent to addresses that end in ``document/``, and to no others.
"""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from makegood.portal.acts import applying, certifying, choosing, claiming, handing_in

_LINE = "dues/<int:line>/<slug:measure>/"
_CLAIM = r"^claims/(?P<receipt>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/"

urlpatterns: list[URLPattern] = [
    path(f"{_LINE}apply/", applying.apply, name="apply"),
    path(f"{_LINE}enrol/", applying.apply, name="enrol"),
    path(f"{_LINE}apply/document/", handing_in.document, name="apply_document"),
    path(
        f"{_LINE}apply/account-document/", handing_in.account_proof, name="apply_account_document"
    ),
    path(f"{_LINE}apply/confirm/", applying.confirm, name="apply_confirm"),
    path(f"{_LINE}apply/receipt/", applying.receipt, name="receipt"),
    path(f"{_LINE}choose/", choosing.choose, name="choose"),
    path(f"{_LINE}code/", choosing.show_code, name="show_code"),
    path(f"{_LINE}coupons/<int:number>/", choosing.coupon, name="coupon"),
    path(f"{_LINE}certificate/", certifying.certificate, name="certificate"),
    re_path(f"{_CLAIM}$", claiming.claim, name="claim"),
    re_path(f"{_CLAIM}correct/$", claiming.correct, name="correct"),
    re_path(
        f"{_CLAIM}correct/(?P<kind>account|claim)-document/$",
        claiming.correct_proof,
        name="correct_document",
    ),
    re_path(f"{_CLAIM}withdraw/$", claiming.take_back, name="withdraw"),
    re_path(f"{_CLAIM}object/$", claiming.object_against, name="object"),
]
