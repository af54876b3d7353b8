"""Who may add a factor, and that a sealed secret opens in its own row alone."""

from __future__ import annotations

import pytest

from makegood.kernel import MakegoodError
from tests.staff_people import PASSWORD, MovedClock, browser, member, sign_in, sign_in_again

ADDING = (
    "/account/security/code/add/",
    "/account/security/passkeys/add/",
    "/account/security/recovery/make/",
)


def test_a_stale_session_adds_nothing_before_it_signs_in_again(hand: MovedClock) -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    assert client.get(ADDING[1]).status_code == 200
    hand.move(seconds=301)
    for path in ADDING[1:]:
        for asked in (client.get, client.post):
            assert asked(path).headers["Location"].startswith("/account/again/?next=")
    sign_in_again(client, kim)
    assert client.get(ADDING[1]).status_code == 200


def test_a_stolen_password_enrols_no_factor() -> None:
    from makegood.trust import staff

    kim, client = member(), browser()
    staff.strong_factors(kim).delete()
    client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    assert client.get("/").headers["Location"] == "/account/enrol/"
    page = client.get("/account/enrol/").content.decode()
    assert "보안 책임자에게 초대를 요청하십시오" in page
    assert ADDING[0] not in page
    for path in ADDING[:2]:
        assert client.get(path).headers["Location"] == "/account/enrol/"
        assert client.post(path, {"code": "000000"}).headers["Location"] == "/account/enrol/"


def test_a_recovery_code_lets_mend_factors_for_five_minutes(hand: MovedClock) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    kim, client = member(), browser()
    code = RecoveryCodes.activate(kim).get_unused_codes()[0]
    client.post("/account/sign-in/", {"login": kim.sign_in_name, "password": PASSWORD})
    client.post("/account/sign-in/code/", {"code": code})
    assert client.get(ADDING[1]).status_code == 200
    hand.move(seconds=301)
    assert client.get(ADDING[1]).headers["Location"].startswith("/account/again/")


@pytest.mark.parametrize("into", ["another_member", "another_kind"])
def test_a_secret_put_into_another_row_does_not_open(into: str) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.utils import decrypt

    kim, lee = member("kim.minji"), member("lee.sora")
    RecoveryCodes.activate(lee)
    stolen = Authenticator.objects.get(user=kim, type="totp").data["secret"]
    assert decrypt(stolen)
    row = Authenticator.objects.get(user=lee, type="totp")
    name = "secret"
    if into == "another_kind":
        stolen = Authenticator.objects.get(user=lee, type="recovery_codes").data["seed"]
    Authenticator.objects.filter(pk=row.pk).update(data={name: str(stolen)})
    with pytest.raises(MakegoodError) as told:
        decrypt(Authenticator.objects.get(pk=row.pk).data[name])
    assert told.value.findings[0].code == "MG725"


def test_the_present_password_cannot_be_guessed_at_the_change() -> None:
    kim, client = member(), browser()
    sign_in(client, kim)
    path = "/account/security/password/"
    new = "또 다른 긴 문장이 여기에 있다"
    asked = {"oldpassword": "wrong", "password1": new, "password2": new}
    for _ in range(5):
        assert client.post(path, asked).status_code == 200
    assert client.post(path, {**asked, "oldpassword": PASSWORD}).status_code == 200
    kim.refresh_from_db()
    assert kim.check_password(PASSWORD)
