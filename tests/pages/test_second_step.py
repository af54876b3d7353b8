"""The second step of signing in offers what the member has, and nothing else."""

from __future__ import annotations

from tests.staff_people import PASSWORD, browser, member, sign_in


def test_who_has_no_passkey_is_asked_for_a_code_alone() -> None:
    kim, client = member("kim.minji", "call_centre_agent"), browser()
    given = {"login": kim.sign_in_name, "password": PASSWORD}
    page = client.post("/account/sign-in/", given, follow=True).content.decode()
    assert 'id="id_code"' in page
    assert "data-passkey" not in page
    assert "webauthn" not in page
    assert sign_in(client, kim).status_code == 302
