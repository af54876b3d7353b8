"""Sign-in at the company's provider: who is let in, how surely, and what is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from makegood.kernel import MakegoodError
from tests.staff_people import MovedClock, browser, installed, kinds_logged
from tests.store_fixture import Database
from tests.trust.staff.provider_fake import Provider, running


@pytest.fixture
def provider(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Provider]:
    from django.test import override_settings

    from makegood.configuration import Settings
    from makegood.trust.staff import provider_settings

    secret = tmp_path / "secret"
    with running() as made:
        secret.write_text(made.secret + "\n")
        changes = {
            "oidc_issuer": made.address,
            "oidc_client_id": made.client_id,
            "oidc_client_secret_file": str(secret),
        }
        with installed(database, monkeypatch, **changes):
            providers = provider_settings(Settings.load())
            with override_settings(SOCIALACCOUNT_PROVIDERS=providers):
                yield made


def tied(subject: str = "s-1"):
    from makegood.trust import staff
    from makegood.trust.access import Visitor

    made, token = staff.add_member(
        Visitor.console("root"), "kim.minji", roles=["auditor"], subject=subject
    )
    assert not token
    return made


def come_in(client, path: str = "/account/sign-in/company/"):
    """To the provider and back, as a browser goes."""
    there = client.get(path).headers["Location"]
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def test_who_is_known_by_their_subject_comes_in(provider: Provider) -> None:
    from makegood.trust import staff

    kim, client = tied(), browser()
    assert come_in(client).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    (session,) = staff.open_sessions(kim)
    assert session.sign_in_strength == "oidc_mfa"
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["prompt"] == "login"


def test_who_is_not_known_is_turned_away(provider: Provider) -> None:
    tied("somebody-else")
    client = browser()
    assert come_in(client).headers["Location"] == "/account/sign-in/"
    assert (
        "이 회사 계정은 이곳을 쓸 수 없습니다" in client.get("/account/sign-in/").content.decode()
    )
    from makegood.trust.staff import Member

    assert Member.objects.count() == 1
    assert "staff.sign_in_failed" in kinds_logged()
    assert provider.asked


def test_without_the_providers_second_factor_none_is_enrolled_here(provider: Provider) -> None:
    tied()
    provider.claims = {"amr": ["pwd"]}
    client = browser()
    come_in(client)
    assert client.get("/").headers["Location"] == "/account/enrol/"
    assert client.get("/log/").headers["Location"] == "/account/enrol/"
    adding = "/account/security/code/add/"
    assert adding not in client.get("/account/enrol/").content.decode()
    assert client.get(adding).headers["Location"] == "/account/enrol/"
    assert client.post(adding, {"code": "000000"}).headers["Location"] == "/account/enrol/"


@pytest.mark.parametrize("what", ["key", "audience", "issuer", "expired"])
def test_a_token_that_is_not_the_providers_is_not_believed(provider: Provider, what: str) -> None:
    tied()
    if what == "key":
        provider.signing_key = rsa.generate_private_key(65537, 2048)
    elif what == "audience":
        provider.audience = "another"
    elif what == "issuer":
        provider.claims = {"iss": "http://elsewhere.invalid"}
    else:
        provider.claims = {"exp": 1_000_000_000}
    client = browser()
    response = come_in(client)
    assert response.headers["Location"] == "/account/sign-in/"
    assert client.get("/").status_code == 302
    assert "staff.signed_in" not in kinds_logged()


def test_another_browsers_answer_is_not_taken(provider: Provider) -> None:
    tied()
    mine, thiefs = browser(), browser()
    there = mine.get("/account/sign-in/company/").headers["Location"]
    back = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
    thiefs.get(f"{back.path}?{back.query}")
    assert thiefs.get("/").status_code == 302
    assert provider.asked


def test_an_old_sign_in_at_the_provider_is_as_old_here(provider: Provider) -> None:
    from makegood.kernel import SystemClock
    from makegood.trust import staff

    kim, client = tied(), browser()
    asked_at = int(SystemClock().now().timestamp()) - 3600
    provider.claims = {"amr": ["mfa"], "auth_time": asked_at}
    come_in(client)
    (session,) = staff.open_sessions(kim)
    assert int(session.signed_in_at.timestamp()) == asked_at


def test_a_provider_that_does_not_say_when_gives_no_fresh_sign_in(provider: Provider) -> None:
    """Who takes ``max_age`` out of the request at an open screen gains nothing."""
    from makegood.trust import staff

    kim, client = tied(), browser()
    for told in (None, True, "1700000000"):
        provider.claims = {"amr": ["mfa"], "auth_time": told}
        come_in(client)
        assert client.get("/").status_code == 200
        (session,) = staff.open_sessions(kim)
        assert session.signed_in_at.year == 1970


def test_a_sign_in_of_the_future_is_not_believed(provider: Provider, hand: MovedClock) -> None:
    tied()
    for ahead, way in ((61 + 5, "/account/sign-in/"), (30, "/")):
        at = int(hand.now().timestamp()) + ahead
        provider.claims = {"amr": ["mfa"], "auth_time": at}
        assert come_in(browser()).headers["Location"] == way


def test_a_stale_company_session_adds_no_factor_of_its_own(
    provider: Provider, hand: MovedClock
) -> None:
    tied()
    client, path = browser(), "/account/security/code/add/"
    provider.claims = {"amr": ["mfa"], "auth_time": int(hand.now().timestamp())}
    come_in(client)
    assert client.get(path).status_code == 200
    hand.move(minutes=6)
    for answer in (client.get(path), client.post(path, {"code": "000000"})):
        assert answer.status_code == 403
        assert "/account/again/?next=" in answer.content.decode()
    provider.claims = {"amr": ["mfa"], "auth_time": int(hand.now().timestamp())}
    come_in(client)
    assert client.get(path).status_code == 200


def test_signing_in_again_goes_to_the_provider(provider: Provider, hand: MovedClock) -> None:
    kim, client = tied(), browser()
    come_in(client)
    hand.move(minutes=10)
    way = client.get("/account/again/?next=/proposals/").headers["Location"]
    assert way.startswith("/account/sign-in/company/")
    assert come_in(client, way).headers["Location"] == "/proposals/"
    from makegood.trust.staff import Session

    assert [s.end_reason for s in Session.objects.filter(member=kim).order_by("started_at")] == [
        "signed_out",
        "",
    ]
    assert len(provider.asked) == 2


def test_without_a_provider_there_is_no_way_to_it() -> None:
    assert browser().get("/account/sign-in/company/").status_code == 404


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    from makegood.configuration import Settings
    from makegood.trust.staff import provider_settings

    settings = Settings(
        oidc_issuer="https://login.example", oidc_client_secret_file=tmp_path / "none"
    )
    with pytest.raises(MakegoodError) as told:
        provider_settings(settings)
    assert told.value.findings[0].code == "MG786"
