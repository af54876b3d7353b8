"""Sign-in at the customers' OpenID Connect provider (Core 1.0: code flow, state, nonce, PKCE).

A claim of the token says which customer it is, by their pseudonym. No account is made of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.http import Http404, HttpRequest, HttpResponse
from joserfc.errors import JoseError

from makegood.kernel import MakegoodError, is_pseudonym
from makegood.trust.clock import now
from makegood.trust.customers.installation import installation
from makegood.trust.customers.problems import (
    no_secret,
    provider_not_believed,
    provider_unknown_customer,
)
from makegood.trust.customers.recording import record
from makegood.trust.customers.values import CustomerSession
from makegood.trust.policy import SignIn
from makegood.trust.staff import standing
from makegood.trust.vault import open_persons

_NAME = "customers"
_DISCOVERY = "/.well-known/openid-configuration"
_WAIT_SECONDS = 10
_LEEWAY_SECONDS = 60
_SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"})
"""With a key of the provider's own (RFC 7518); never with the secret that both know."""
_FAILURES = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError)


class Provider(DjangoOAuth2App):  # type: ignore[misc]
    """The provider, as its discovery document describes it."""

    def load_server_metadata(self) -> dict[str, Any]:
        """The document; one that speaks for another issuer is not believed (Discovery 1.0, 4.3)."""
        found: dict[str, Any] = super().load_server_metadata()
        if str(found.get("issuer", "")).rstrip("/") != installation().portal_oidc_issuer.rstrip(
            "/"
        ):
            raise ValueError("the discovery document names another issuer")
        told = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        found["id_token_signing_alg_values_supported"] = sorted(_SIGNED_BY.intersection(told))
        ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = next((one for one in _ways() if one in ways), "client_secret_basic")
        self.client_kwargs["token_endpoint_auth_method"] = way
        return found


def begin_at_provider(request: HttpRequest, come_back_to: str) -> HttpResponse:
    """The way to the provider, which sends the browser back to this address.

    Raises Http404 where there is none, MakegoodError MG645 where it does not answer, MG647.
    """
    try:
        response: HttpResponse = _provider().authorize_redirect(
            request, come_back_to, prompt="login", max_age="0"
        )
    except _FAILURES as error:
        raise _not_believed(request, type(error).__name__) from None
    return response


def come_back_from_provider(request: HttpRequest) -> CustomerSession:
    """Who it is, as the provider's answer says.

    Signature, issuer, audience, times, nonce, state and PKCE are checked. Raises Http404 where
    there is no provider, MakegoodError MG645 where the answer is not to be believed or no second
    factor was asked for, MG646 where the claim names no customer of the vault, MG647.
    """
    provider, settings = _provider(), installation()
    wanted = {
        "iss": {"essential": True, "value": provider_issuer(provider)},
        "aud": {"essential": True, "value": settings.portal_oidc_client_id},
    }
    try:
        answer = provider.authorize_access_token(
            request, claims_options=wanted, leeway=_LEEWAY_SECONDS
        )
        claims: dict[str, Any] = dict(answer["userinfo"])
    except _FAILURES as error:
        raise _not_believed(request, type(error).__name__) from None
    signed_in_at = _signed_in_at(claims)
    if signed_in_at is None:
        raise _not_believed(request, "it does not say when they signed in")
    if not _has_second_factor(claims):
        raise _not_believed(request, "it asked for no second factor")
    customer_id = claims.get(settings.portal_oidc_customer_claim)
    if not isinstance(customer_id, str) or not is_pseudonym(customer_id):
        raise _unknown(request)
    if not open_persons([customer_id]):
        raise _unknown(request)
    return CustomerSession(customer_id, SignIn.OIDC_MFA, signed_in_at)


def provider_issuer(provider: Provider) -> str:
    """The issuer, to the letter, as the discovery document has it."""
    return str(provider.load_server_metadata()["issuer"])


def _signed_in_at(claims: dict[str, Any]) -> datetime | None:
    """``auth_time`` (Core 1.0, section 2): it must be there, because it is asked for, and past."""
    told = claims.get("auth_time")
    if not isinstance(told, int) or isinstance(told, bool):
        return None
    instant = now()
    if told > instant.timestamp() + _LEEWAY_SECONDS:
        return None
    return datetime.fromtimestamp(min(max(told, 0), int(instant.timestamp())), UTC)


def _has_second_factor(claims: dict[str, Any]) -> bool:
    """``amr`` or ``acr`` says what the settings take for a second factor (RFC 8176)."""
    methods = claims.get("amr")
    said = {str(method) for method in methods} if isinstance(methods, list) else set()
    said.add(str(claims.get("acr", "")))
    return not said.isdisjoint(installation().portal_oidc_second_factor)


def _provider() -> Provider:
    settings = installation()
    if not settings.portal_oidc_issuer:
        raise Http404
    return _made(
        settings.portal_oidc_issuer,
        settings.portal_oidc_client_id,
        settings.portal_oidc_client_secret_file,
    )


@lru_cache(maxsize=4)
def _made(issuer: str, client_id: str, secret_file: Path | None) -> Provider:
    """One for each process: it remembers the provider's document and keys."""
    made: Provider = OAuth().register(
        _NAME,
        client_cls=Provider,
        client_id=client_id,
        client_secret=_secret(secret_file),
        server_metadata_url=issuer.rstrip("/") + _DISCOVERY,
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "default_timeout": _WAIT_SECONDS,
        },
    )
    return made


def _ways() -> tuple[str, ...]:
    """How this installation shows itself to the provider, the best first."""
    has_secret = installation().portal_oidc_client_secret_file is not None
    return ("client_secret_basic", "client_secret_post") if has_secret else ("none",)


def _secret(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise no_secret((getattr(error, "strerror", None) or "it is no text").lower()) from None


def _not_believed(request: HttpRequest, why: str) -> MakegoodError:
    _failed(request)
    return provider_not_believed(why)


def _unknown(request: HttpRequest) -> MakegoodError:
    _failed(request)
    return provider_unknown_customer()


def _failed(request: HttpRequest) -> None:
    source = standing(request).origin.source
    record("customer.sign_in_failed", source=source, details={"step": "provider"})
