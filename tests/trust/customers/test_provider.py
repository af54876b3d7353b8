"""Sign-in at the customers' provider: who is let in, and what is not believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from makegood.kernel import MakegoodError
from tests.portal.conftest import as_portal
from tests.portal.people import doors_open, telephone
from tests.staff_people import MovedClock, installed, kinds_logged
from tests.store_fixture import Database
from tests.trust.staff.provider_fake import Provider, running

CLAIM = "customer"


@pytest.fixture
def provider(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hand: MovedClock
) -> Iterator[Provider]:
    secret = tmp_path / "secret"
    with running() as made:
        made.claims = {"amr": ["mfa"], CLAIM: "C0001", "auth_time": int(hand.now().timestamp())}
        secret.write_text(made.secret + "\n")
        changes = {
            "portal_oidc_issuer": made.address,
            "portal_oidc_client_id": made.client_id,
            "portal_oidc_client_secret_file": str(secret),
            "portal_oidc_customer_claim": CLAIM,
        }
        with installed(database, monkeypatch, **changes), as_portal(), doors_open():
            yield made


def back_from(client, path: str = "/look-up/provider/?next=/signed-out/") -> str:
    """To the provider and back, as a browser goes: the address with the answer."""
    there = client.get(path).headers["Location"]
    answer = requests.get(there, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(answer)
    return f"{parts.path}?{parts.query}"


def come_in(client) -> str:
    """Where the provider's answer leads to."""
    return str(client.get(back_from(client)).headers["Location"])


def is_in(client) -> bool:
    return "나가기" in client.get("/look-up/").content.decode()


def test_the_claim_says_which_customer_it_is_and_no_member_is_made(provider: Provider) -> None:
    from makegood.trust.customers.models import Stay
    from makegood.trust.staff import Member

    client = telephone()
    assert come_in(client) == "/signed-out/"
    assert is_in(client)
    stay = Stay.objects.get()
    assert (stay.customer_id, stay.strength) == ("C0001", "oidc_mfa")
    assert not Member.objects.exists()
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["nonce"]
    assert asked["state"]
    assert (asked["prompt"], asked["max_age"], asked["scope"]) == ("login", "0", "openid")


NOT_BELIEVED: tuple[dict[str, object], ...] = (
    {CLAIM: "C9999"},
    {CLAIM: ""},
    {CLAIM: ["C0001"]},
    {CLAIM: "010-1234-5678"},
    {CLAIM: None},
    {"amr": ["pwd"]},
    {"amr": "mfa"},
    {"auth_time": None},
    {"auth_time": 4_000_000_000},
    {"nonce": "another"},
    {"iss": "http://elsewhere.invalid"},
    {"exp": 1_000_000_000},
    {"aud": "another", "azp": "makegood"},
)


def test_what_is_not_believed(provider: Provider) -> None:
    usual = provider.claims
    for claims in NOT_BELIEVED:
        provider.claims = {**usual, **claims}
        client = telephone()
        assert come_in(client) == "/look-up/", claims
        page = client.get("/look-up/").content.decode()
        assert "전화번호로 확인해 주십시오" in page
        assert "나가기" not in page
        assert kinds_logged()[-1] == "customer.sign_in_failed"
    provider.claims = usual
    provider.signing_key = rsa.generate_private_key(65537, 2048)
    client = telephone()
    assert come_in(client) == "/look-up/"
    assert not is_in(client)


def test_an_answer_counts_once_and_in_its_browser_alone(provider: Provider) -> None:
    mine, thiefs = telephone(), telephone()
    back = back_from(mine)
    assert thiefs.get(back).headers["Location"] == "/look-up/"
    assert not is_in(thiefs)
    back = back_from(mine)
    mine.get(back)
    assert is_in(mine)
    mine.post("/sign-out/")
    assert mine.get(back).headers["Location"] == "/look-up/"
    assert not is_in(mine)
    assert len(provider.asked) == 2


def test_a_changed_state_is_not_taken(provider: Provider) -> None:
    client = telephone()
    back = back_from(client)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert client.get(back.replace(state, "x" * 30)).headers["Location"] == "/look-up/"
    assert not is_in(client)
    assert provider.asked


def test_a_provider_that_says_no_or_nothing_is_told(provider: Provider) -> None:
    client = telephone()
    assert client.get("/look-up/provider/back/?error=access_denied").headers["Location"]
    assert "전화번호로 확인해 주십시오" in client.get("/look-up/").content.decode()
    assert not provider.asked


def test_a_document_of_another_issuer_is_not_believed(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    elsewhere = provider.address.replace("127.0.0.1", "localhost")
    with installed(database, monkeypatch, portal_oidc_issuer=elsewhere):
        answer = telephone().get("/look-up/provider/")
    assert answer.headers["Location"] == "/look-up/"


def test_without_a_provider_there_is_no_way_to_it() -> None:
    with as_portal(), doors_open():
        client = telephone()
        assert client.get("/look-up/provider/").status_code == 404
        assert client.get("/look-up/provider/back/").status_code == 404


def test_a_secret_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    from makegood.trust.customers.provider import _made

    with pytest.raises(MakegoodError) as told:
        _made("https://login.example", "makegood", tmp_path / "none")
    assert told.value.findings[0].code == "MG647"
