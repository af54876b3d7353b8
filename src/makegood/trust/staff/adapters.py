"""How allauth is bent to this house: no self sign-up, no e-mail, our lock-out, our log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.trust.staff.enrolment import may_add_factor
from makegood.trust.staff.factors import can_be_removed, open_secret, seal_secret
from makegood.trust.staff.guessing import Attempt, Key, attempt
from makegood.trust.staff.models import Member
from makegood.trust.staff.provider import is_tied
from makegood.trust.staff.recording import record
from makegood.trust.staff.requests import standing
from makegood.trust.staff.strength import is_ahead, put_claims
from makegood.trust.staff.waiting import please_wait

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made at the console; guessing is locked out; nothing is mailed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("The name or the password is not right."),
        "incorrect_password": gettext_lazy("The password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's call
        """Nobody signs up by themselves."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Count the try before the password is looked at. Raises ValidationError while waiting."""
        found = standing(request)
        name = str(credentials.get("username", ""))
        self._member = Member.objects.filter(sign_in_name__iexact=name).first()
        self._attempt: Attempt = attempt(
            Key.account(name, found), Key.of_source(found.origin.source), member=self._member
        )
        if self._attempt.wait_seconds:
            raise ValidationError(please_wait(self._attempt.wait_seconds), code="too_many")

    def authenticate(self, request: HttpRequest, **credentials: object) -> Member | None:
        """The member whose password this is; what was counted is taken back then."""
        member: Member | None = super().authenticate(request, **credentials)
        if member is not None:
            self._attempt.succeeded()
        return member

    def authentication_failed(
        self,
        request: HttpRequest,
        **credentials: object,  # noqa: ARG002 - allauth's call
    ) -> None:
        """A wrong name or password: in the log, without the name that was typed."""
        source = standing(request).origin.source
        subject = f"staff:{self._member.pk}" if self._member else ""
        record("staff.sign_in_failed", subject=subject, source=source, details={"step": "password"})
        self._attempt.failed(self._member, source)

    def get_reauthentication_methods(self, user: Member) -> list[dict[str, Any]]:
        """With what to sign in again: a second factor where there is one, never less."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] != "reauthenticate"]
        passkeys_first = sorted(strong, key=lambda method: "webauthn" not in method["id"])
        if not passkeys_first and is_tied(user):
            return []  # they sign in again where they sign in
        return passkeys_first or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Not where the session's own sign-in is fresh and strong; allauth keeps no such time."""
        if may_add_factor(context.request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address as the middleware read it."""
        return standing(request).origin.source

    def respond_user_inactive(
        self,
        request: HttpRequest,
        user: Member,  # noqa: ARG002 - allauth's call
    ) -> HttpResponse:
        """Told as a wrong password is: whether there is an account is nobody's business."""
        messages.error(request, str(self.error_messages["username_password_mismatch"]))
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Only what is said in words of ours is shown; allauth's own notes are not."""


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who comes from the company's provider must be known here by their subject."""

    def is_open_for_signup(
        self,
        request: HttpRequest,  # noqa: ARG002 - allauth's call
        sociallogin: SocialLogin,  # noqa: ARG002
    ) -> bool:
        """Nobody signs up by themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Keep what the token says; turn away who has no account here."""
        claims = sociallogin.account.extra_data.get("id_token") or {}
        if is_ahead(claims):
            self._turned_away(request, "", _not_worked())
        put_claims(request, claims)
        if sociallogin.is_existing and sociallogin.user.is_active:
            return
        subject = f"staff:{sociallogin.user.pk}" if sociallogin.is_existing else ""
        self._turned_away(
            request, subject, _("This company account has no access here. Ask a security officer.")
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,  # noqa: ARG002 - allauth's call
        error: object = None,  # noqa: ARG002
        exception: object = None,  # noqa: ARG002
        extra_context: object = None,  # noqa: ARG002
    ) -> None:
        """The provider said no, or its answer was not to be believed."""
        self._turned_away(request, "", _not_worked())

    def _turned_away(self, request: HttpRequest, subject: str, words: str) -> None:
        source = standing(request).origin.source
        record("staff.sign_in_failed", subject=subject, source=source, details={"step": "provider"})
        messages.error(request, words)
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))


def _not_worked() -> str:
    return _("The company's sign-in did not work. Try again, or sign in here.")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets sealed, their last one not to be taken away."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "This is the last second factor. Add another one first."
        ),
        "incorrect_code": gettext_lazy("That was not right. Try again."),
    }

    def encrypt(self, text: str) -> str:
        """A secret, sealed with the master key."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed."""
        return open_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another second factor would be left."""
        return can_be_removed(authenticator)

    def get_totp_label(self, user: Member) -> str:
        """What an authenticator shows for this account."""
        return str(user.sign_in_name)

    def get_totp_issuer(self) -> str:
        """What an authenticator shows for this installation."""
        return f"makegood {context.request.get_host()}"

    def generate_authenticator_name(self, user: Member, type: str) -> str:  # noqa: A002 - allauth's
        """What a new passkey is called until its owner names it."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_user_entity(self, user: Member) -> dict[str, Any]:
        """How a passkey knows its member."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.sign_in_name, "display_name": user.shown_name}
