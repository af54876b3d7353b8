"""allauth's forms for second factors, with the lock-out before and the log behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from makegood.trust.staff.guessing import Key, attempt
from makegood.trust.staff.models import Member
from makegood.trust.staff.recording import record
from makegood.trust.staff.requests import standing
from makegood.trust.staff.waiting import please_wait

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator


class _CountedCode:
    """A code is one of a million: each try counts."""

    user: Member

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code")
        field.widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autofocus": True,
        }

    def clean_code(self) -> str:
        """The code, where it is right. Raises ValidationError where it is not, or while waiting."""
        source = standing(context.request).origin.source
        tried = attempt(Key.code(self.user), Key.of_source(source), member=self.user)
        if tried.wait_seconds:
            raise ValidationError(please_wait(tried.wait_seconds), code="too_many")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            _failed(self.user, source, "code")
            tried.failed(self.user, source)
            raise
        tried.succeeded()
        return code


class CodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class CodeAgainForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """The second factor when signing in again."""


class _LoggedPasskey:
    """A passkey cannot be guessed; a failure is written down all the same."""

    user: Member | None

    def clean_credential(self) -> Authenticator:
        """The passkey, where its answer is right. Raises ValidationError."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            _failed(self.user, standing(context.request).origin.source, "passkey")
            raise


class PasskeyForm(_LoggedPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as second factor."""


class PasskeyAloneForm(_LoggedPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of name and password."""


class PasskeyAgainForm(_LoggedPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey to sign in again."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, always one that can sign in alone: it asks who holds it."""

    name = forms.CharField(label=_("What it is called"), required=False, max_length=80)
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)

    def clean_passwordless(self) -> bool:
        """Always: a passkey that does not ask for a finger or a PIN is refused."""
        return True

    def clean(self) -> dict[str, Any]:
        """The checked passkey."""
        cleaned: dict[str, Any] = super().clean()
        return cleaned


def _failed(member: Member | None, source: str, what: str) -> None:
    subject = f"staff:{member.pk}" if member else ""
    record("staff.sign_in_failed", subject=subject, source=source, details={"step": what})
