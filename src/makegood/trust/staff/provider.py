"""Sign-in at the company's OpenID Connect provider (OpenID Connect Core 1.0, code flow, PKCE)."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Member

PROVIDER = "company"
"""What the provider is called in addresses and in the database; there is one."""


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the token's signature even where it came over the provider's own connection."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        return claims


@login_not_required
def begin(request: HttpRequest) -> HttpResponse:
    """The way to the provider. 404 where none is set up."""
    _there_is_one()
    response: HttpResponse = OAuth2LoginView.adapter_view(CheckedAdapter(request, PROVIDER))(request)
    return response


@login_not_required
def come_back(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """The way back, with the provider's answer. 404 where none is set up."""
    _there_is_one()
    adapter = CheckedAdapter(request, provider_id)
    response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return response


def _there_is_one() -> None:
    if not installation().oidc_issuer:
        raise Http404


def provider_settings(settings: Settings) -> dict[str, Any]:
    """allauth's settings of the provider. Raises MakegoodError MG786 without a readable secret."""
    if not settings.oidc_issuer:
        return {}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": PROVIDER,
                    "name": settings.oidc_name,
                    "client_id": settings.oidc_client_id,
                    "secret": _secret(settings),
                    "settings": {
                        "server_url": settings.oidc_issuer,
                        "fetch_userinfo": False,
                        "auth_params": {"prompt": "login", "max_age": "0"},
                    },
                }
            ],
        }
    }


def _secret(settings: Settings) -> str:
    file = settings.oidc_client_secret_file
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = (getattr(error, "strerror", None) or "it is no text").lower()
        raise MakegoodError(
            Finding(
                "MG786",
                f"the secret of the sign-in provider cannot be read: {why}",
                "name a file that the program's account reads in MAKEGOOD_OIDC_CLIENT_SECRET_FILE",
            )
        ) from None


def tie(member: Member, subject: str) -> None:
    """Let this subject of the provider be this member. Raises MakegoodError MG781 where taken."""
    held = SocialAccount.objects.filter(provider=PROVIDER, uid=subject).first()
    if held is not None and held.user != member:
        raise MakegoodError(
            Finding("MG781", "another member has that subject", "see 'makegood staff list'")
        )
    SocialAccount.objects.get_or_create(provider=PROVIDER, uid=subject, user=member)


def is_tied(member: Member) -> bool:
    """Whether a member signs in at the provider."""
    found: bool = SocialAccount.objects.filter(provider=PROVIDER, user=member).exists()
    return found
