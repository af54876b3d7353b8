"""Sign-in at the company's OpenID Connect provider (OpenID Connect Core 1.0, code flow, PKCE)."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

from makegood.kernel import Finding, MakegoodError
from makegood.trust.staff.company import PROVIDER
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Member


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks the token's signature even where it came over the provider's own connection."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )
        return claims


@login_not_required  # type: ignore[untyped-decorator]
def begin(request: HttpRequest) -> HttpResponse:
    """The way to the provider. 404 where none is set up."""
    _there_is_one()
    response: HttpResponse = OAuth2LoginView.adapter_view(CheckedAdapter(request, PROVIDER))(
        request
    )
    return response


@login_not_required  # type: ignore[untyped-decorator]
def come_back(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
    """The way back, with the provider's answer. 404 where none is set up."""
    _there_is_one()
    adapter = CheckedAdapter(request, provider_id)
    response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return response


def _there_is_one() -> None:
    if not installation().oidc_issuer:
        raise Http404


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
