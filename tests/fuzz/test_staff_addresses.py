"""Every address of the staff pages, tried by strangers and by each role that has no right there.

The addresses come from the resolver itself: a new one without a case here fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from makegood.redress.claims import claims
from makegood.trust.audit import entries
from tests.fuzz.addresses import PORTAL, STAFF, Pattern, patterns
from tests.fuzz.sending import is_told
from tests.fuzz.staff_world import ABOUT, NOBODY, ROLES, Staff
from tests.redress.claims.relief import NAME

if TYPE_CHECKING:
    from django.test import Client

CALLS, SHOP, SUPERVISOR = "call_centre_agent", "shop_agent", "supervisor"
AUTHOR, APPROVER, PAYER = "remediation_author", "remediation_approver", "payment_officer"
PRIVACY, SECURITY, AUDITOR = "privacy_officer", "security_officer", "auditor"

EVERYBODY = frozenset(ROLES)
"""Every member: their own account, forms without anybody's data, policies, knowledge."""
OF_RUNS = frozenset({AUTHOR, APPROVER, PAYER, AUDITOR})
OF_CLAIMS = frozenset({CALLS, SUPERVISOR, PAYER})
OF_PROPOSALS = EVERYBODY - {SHOP}
OF_STAFF = frozenset({SECURITY, AUDITOR})
OF_LOG = frozenset({PRIVACY, SECURITY, AUDITOR})
OF_PERSONS = frozenset({CALLS, SUPERVISOR, PRIVACY})
ON_BEHALF = frozenset({CALLS, SUPERVISOR})
OF_CASES = frozenset({CALLS, SUPERVISOR, PAYER, PRIVACY})

WITHOUT_SIGN_IN = {
    *("set_language", "account_login", "mfa_login_webauthn", "mfa_authenticate", "company_sign_in"),
    *("openid_connect_callback", "account_logout", "set_password", "invitation"),
}
ONES_OWN = {
    *("home", "sign_in_again", "account_reauthenticate", "mfa_reauthenticate", "enrol"),
    *("mfa_reauthenticate_webauthn", "mfa_index", "account_change_password"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_list_webauthn", "mfa_add_webauthn"),
    *("mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "my_sessions", "my_devices"),
}
RIGHTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(ONES_OWN, EVERYBODY),
    # Members, devices, sessions
    **dict.fromkeys(("members", "officer_devices", "officer_sessions", "waits"), OF_STAFF),
    **dict.fromkeys(("approve_device", "revoke_device", "end_session"), frozenset({SECURITY})),
    **dict.fromkeys(("end_my_session", "release"), frozenset({SECURITY})),
    # Money, applications, messages
    "overview": OF_RUNS | {SUPERVISOR, SECURITY},
    **dict.fromkeys(("money", "verify_ledger", "vouchers", "notices"), OF_RUNS),
    "claims": OF_RUNS | OF_CLAIMS,
    "open_claims": frozenset({SUPERVISOR, PAYER}),
    **dict.fromkeys(("undetermined", "undetermined_lines"), OF_RUNS),
    # What deviates for everybody is no agent's: they propose for who calls, by the claim.
    "deviating_quotes": OF_RUNS | {SUPERVISOR},
    "propose_quotes": frozenset({SUPERVISOR}),
    "claim": OF_CLAIMS,
    "claim_document": OF_CLAIMS | {PRIVACY},
    # Who may read it is told what stands against an act; the act itself asks once more.
    "claim_act": OF_CLAIMS,
    # The log
    "accesses": OF_LOG,
    "accesses_to": EVERYBODY,
    "review": frozenset({PRIVACY, AUDITOR}),
    "look_at": frozenset({PRIVACY, AUDITOR}),
    "verify_log": OF_STAFF,
    **dict.fromkeys(("log", "entry", "proof"), OF_LOG),
    # Proposals, policies
    **dict.fromkeys(("proposals", "proposal"), OF_PROPOSALS),
    "decide": frozenset({PRIVACY, SECURITY}),
    "policies": EVERYBODY,
    # Programmes, runs
    **dict.fromkeys(("programmes", "programme_draft", "study", "programme_plan"), OF_RUNS),
    **dict.fromkeys(("programme_version", "programme_text", "programme_top_up"), OF_RUNS),
    **dict.fromkeys(("programme_bring", "programme_propose"), frozenset({AUTHOR})),
    "programme_publish": frozenset({AUTHOR, APPROVER}),
    **dict.fromkeys(("programme_study", "plan_study"), frozenset({AUTHOR, PAYER})),
    **dict.fromkeys(("runs", "run", "run_progress"), OF_RUNS),
    "run_answers": frozenset({PAYER}),
    "run_contradictions": OF_RUNS | OF_CLAIMS,
    "run_claim": OF_CLAIMS,
    "run_item": frozenset({PAYER}),
    "run_act": frozenset({APPROVER, PAYER}),
    "run_deviations": OF_RUNS | {SUPERVISOR},
    "propose_shown": frozenset({SUPERVISOR}),
    # The support centre
    **dict.fromkeys(("centre:look_up", "centre:choose", "centre:done"), EVERYBODY),
    **dict.fromkeys(("centre:new_case", "centre:find_case"), EVERYBODY),
    **dict.fromkeys(("centre:knowledge", "centre:article"), EVERYBODY),
    **dict.fromkeys(("centre:person", "centre:open", "centre:consent"), OF_PERSONS),
    **dict.fromkeys(("centre:withdraw", "centre:correct", "centre:account"), OF_PERSONS),
    "centre:download": frozenset({PRIVACY}),
    **dict.fromkeys(("centre:consent_code", "centre:consent_code_told"), OF_PERSONS),
    **dict.fromkeys(("centre:for_apply", "centre:for_choose"), ON_BEHALF),
    **dict.fromkeys(("centre:for_document", "centre:for_account_document"), ON_BEHALF),
    "centre:for_penalty": ON_BEHALF,
    **dict.fromkeys(("centre:for_code", "centre:for_certificate"), ON_BEHALF),
    **dict.fromkeys(("centre:for_coupon", "centre:for_coupon_code"), ON_BEHALF),
    "centre:for_correct_document": ON_BEHALF,
    **dict.fromkeys(("centre:for_claim", "centre:for_correct"), ON_BEHALF),
    **dict.fromkeys(("centre:for_withdraw", "centre:for_object"), ON_BEHALF),
    **dict.fromkeys(("centre:cases", "centre:case", "centre:case_note"), OF_CASES),
    **dict.fromkeys(("centre:case_tag", "centre:case_untag", "centre:case_take"), OF_CASES),
    **dict.fromkeys(("centre:case_wait", "centre:case_hand_over"), OF_CASES),
    **dict.fromkeys(("centre:case_deadline", "centre:case_called"), OF_CASES),
    **dict.fromkeys(("centre:case_close", "centre:case_reopen"), OF_CASES),
    **dict.fromkeys(("centre:case_exception", "centre:case_carry_out"), OF_CASES),
    "centre:case_number": OF_CASES - {PAYER},
}
"""Whose role lets them there, by the name of the address."""
QUERIES = {"undetermined_lines": "?facts=brand"}
"""What an address needs besides, so that something is behind it."""
AT_LAST = {
    *("programme_publish", "centre:case_carry_out", "end_my_session", "end_session"),
    *("centre:withdraw", "centre:done", "centre:choose"),
}
"""After which others can no longer be reached."""
PURPOSES = {"centre:download": "legal_request"}
READERS = {"run_act": OF_RUNS}
"""Where more may look at the form than may send it."""
CONDITIONS = ("fresh_sign_in", "consent", "device_known", "office", "no_role_permits")
FORM: dict[str, Any] = {
    **dict.fromkeys(("reason", "words", "note"), "the reason is known"),
    "amount": "1000",
    "verdict": "expected",
    "was_paid": "yes",
    "changes": "1",
    "token": "x",
    "tag": "hurry",
    "team": "call_centre",
    "outcome": "answered",
    "finding": "done",
    "field": "email",
    "value": "a@example.com",
    "fields": ["email"],
    "channel": "telephone",
    "evidence": "R-17",
    "days_valid": "1",
    "person": "L0011",
    "customer_id": "L0011",
    "bank_code": "088",
    "account_number": "98765432109876",
    "account_holder": "x",
    "agreed": "on",
    "option": "music",
    "programme": NAME,
    "measure": "waiver",
    "kind": "question",
    "through": "call_centre",
    "subject": "a question",
    "purpose": "customer_request",
    "case": "CALL-1",
    "name": "a desk",
    "quote_id": "none",
}
REFUSED = {403, 404, 405}
TO_FORMS = ("/centre/", "/centre/person/")
BACK_TO_THE_PERSON = {
    *("centre:choose", "centre:done", "centre:consent", "centre:withdraw", "centre:correct"),
    *("centre:account", "centre:consent_code"),
}
"""Acts after which one is on such a page again."""


@pytest.mark.usefixtures("staff")
def test_every_address_has_a_case_here() -> None:
    known = {each.name for each in patterns(STAFF)}
    assert known == WITHOUT_SIGN_IN | set(RIGHTS)


def test_no_form_is_taken_without_its_token(staff: Staff) -> None:
    """A page of another site can make a browser send a form, and cannot know the token."""
    client = staff.clients[SUPERVISOR]
    client.handler.enforce_csrf_checks = True
    before = _standing()
    for each in patterns(STAFF):
        answer = client.post(address_of(each, staff), FORM)
        assert answer.status_code == 403, (each.name, answer.status_code)
    assert _standing() == before
    others = {each.name for each in patterns(PORTAL)} - {"portal:start"}
    for each in patterns(PORTAL):
        if not each.parts and each.name in others:
            address = reverse(each.name, urlconf=PORTAL)
            assert client.get(address).status_code == 404, "the customers' pages are elsewhere"
    client.handler.enforce_csrf_checks = False


def test_nobody_gets_in_without_a_right(staff: Staff) -> None:
    """Strangers go to the sign-in, members of other roles nowhere; then those who may do get in."""
    before = _standing()
    addresses = {each.name: address_of(each, staff) for each in patterns(STAFF)}
    _with_a_customer_s_cookie(staff.clients[NOBODY])
    for name, address in addresses.items():
        for answer in (staff.clients[NOBODY].get(address), staff.clients[NOBODY].post(address)):
            _expect_nothing_personal(staff, answer, address)
            assert answer.status_code < 500, name
            if name not in WITHOUT_SIGN_IN and answer.status_code != 405:
                assert answer.status_code == 302, name
                assert answer.headers["Location"].startswith("/account/sign-in/"), name
    wrong = []
    for name, allowed in RIGHTS.items():
        for role in EVERYBODY - allowed:
            with _for_its_purpose(staff.clients[role], name) as client:
                answers = [client.post(addresses[name], FORM)]
                if role not in READERS.get(name, ()):
                    answers.append(client.get(addresses[name]))
            for answer in answers:
                _expect_nothing_personal(staff, answer, f"{addresses[name]} as {role}")
                if answer.status_code == 302 and name.startswith("centre:"):
                    # Nobody was chosen by whom nobody may be chosen: back to the form.
                    assert answer.headers["Location"] in TO_FORMS, (name, role)
                elif answer.status_code not in REFUSED:
                    wrong.append((name, role, answer.status_code))
    assert not wrong, str(wrong)
    assert _standing() == before
    _those_who_may_get_in(staff, addresses)


def _those_who_may_get_in(staff: Staff, addresses: dict[str, str]) -> None:
    """Else the refusals would say nothing: something is behind each address."""
    unreached = {}
    for name, allowed in sorted(RIGHTS.items(), key=lambda each: each[0] in AT_LAST):
        if name in ONES_OWN:
            continue
        reached: list[object] = []
        for role in sorted(allowed):
            with _for_its_purpose(staff.clients[role], name) as client:
                answer = client.get(addresses[name])
                if answer.status_code == 405:
                    answer = client.post(addresses[name], FORM)
            assert answer.status_code < 500, (name, role)
            page = answer.content.decode("utf-8", "replace")
            why = [each for each in CONDITIONS if each in page]
            reached.append((role, answer.status_code, *why))
            if _is_reached(name, answer):
                break
        else:
            unreached[name] = reached
    assert not unreached, str(unreached)


@contextmanager
def _for_its_purpose(client: Client, name: str) -> Iterator[Client]:
    """A member whose task has the purpose that an act takes, else that of a customer's request."""
    if name not in PURPOSES:
        yield client
        return
    client.post("/centre/person/choose/", {**ABOUT, "purpose": PURPOSES[name]})
    yield client
    client.post("/centre/person/choose/", ABOUT)


def _is_reached(name: str, answer: Any) -> bool:
    """Whether the page was shown, or the act done, and not only led back to a form."""
    if answer.status_code == 302:
        onward = answer.headers["Location"]
        is_back = onward in TO_FORMS and name not in BACK_TO_THE_PERSON
        return not is_back and not onward.startswith("/account/sign-in/")
    return bool(answer.status_code == 200)


def address_of(pattern: Pattern, staff: Staff) -> str:
    """The pattern's address, with something that is there in each of its parts."""
    named = {
        "claim_act": {"act": "refuse"},
        "run_act": {"name": "pause"},
        "programme_text": {"name": "programme.yaml"},
        "programme_study": {"kind": "forecast"},
        "plan_study": {"kind": "top-ups"},
        "centre:article": {"name": staff.article},
        "centre:for_correct_document": {"kind": "claim"},
        "centre:for_choose": {"measure": "another_pass"},
        "centre:for_code": {"measure": "pass"},
        "centre:case_number": {"number": staff.case_to_call},
        "centre:case_carry_out": {"number": staff.case_with_exception},
        "centre:for_coupon": {"measure": "coupons"},
        "centre:for_coupon_code": {"measure": "coupons"},
        "centre:for_certificate": {"measure": "cover"},
        "programme_publish": {"draft_id": staff.agreed_draft},
        "run_claim": {"receipt": staff.receipts["M0000"]},
    }.get(pattern.name, {})
    known = staff.parts | named
    assert set(pattern.parts) <= set(known), f"{pattern.name} has a part without a value here"
    given = {part: known[part] for part in pattern.parts}
    address = reverse(pattern.name, kwargs=given, urlconf=STAFF)
    return address + QUERIES.get(pattern.name, "")


def _expect_nothing_personal(staff: Staff, answer: Any, where: str) -> None:
    told = answer.content.decode("utf-8", "replace") + str(dict(answer.headers))
    for number, value in enumerate(staff.personal):
        # What stands in the address they know already.
        assert value in where or not is_told(value, told), f"personal value {number} at {where}"


def _standing() -> tuple[object, ...]:
    """What nobody without a right may have changed."""
    acts = {
        "claim.",
        "consent.",
        "run.",
        "personal_data.",
        "proposal.",
        "programme.",
        "staff.",
        "case.",
    }
    kinds = [each.record.kind for each in entries()]
    return (
        [(each.receipt_number, each.state, each.changes) for each in claims(limit=1_000)],
        [kind for kind in kinds if any(kind.startswith(act) for act in acts)],
    )


def _with_a_customer_s_cookie(client: Any) -> None:
    client.cookies["makegood-customer"] = "a" * 32
    client.cookies["makegood-staff"] = "b" * 32
