"""allauth's forms for second factors, with the lock-out before and the log behind them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
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


_CREDENTIAL_LETTERS_MAX = 65_536
_LET_OUT = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError),
    *(ValueError, struct.error),
)
"""What reading a credential raises that no browser would send."""


@contextmanager
def _told_as_wrong() -> Iterator[None]:
    """Whatever allauth and the library beneath it let out is told as a wrong answer is."""
    try:
        yield
    except ValidationError:
        raise
    except _LET_OUT as error:
        raise get_adapter().validation_error("incorrect_code") from error


class _CredentialField(forms.JSONField):
    """What a browser says of a passkey: an object that can be kept, no larger than one ever is."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - as JSON has it
        """The object. Raises ValidationError for anything else."""
        with _told_as_wrong():
            if isinstance(value, str) and len(value) > _CREDENTIAL_LETTERS_MAX:
                raise ValueError
            found = super().to_python(value)
            if found is not None and not isinstance(found, dict):
                raise TypeError
            # PostgreSQL keeps neither of these in JSON.
            if b"\\u0000" in json.dumps(found, ensure_ascii=False).encode():
                raise ValueError
        return found

    def bound_data(self, data: object, initial: object) -> object:  # noqa: ARG002 - Django's call
        """Never shown again: each page asks for a new one."""
        return initial


def _credential_field() -> _CredentialField:
    return _CredentialField(widget=forms.HiddenInput)


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
            with _told_as_wrong():
                return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            _failed(self.user, standing(context.request).origin.source, "passkey")
            raise


class PasskeyForm(_LoggedPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as second factor."""

    credential = _credential_field()


class PasskeyAloneForm(_LoggedPasskey, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of name and password."""

    credential = _credential_field()


class PasskeyAgainForm(_LoggedPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey to sign in again."""

    credential = _credential_field()


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, always one that can sign in alone: it asks who holds it."""

    name = forms.CharField(label=_("What it is called"), required=False, max_length=80)
    credential = _credential_field()
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput, initial=True)

    def clean_passwordless(self) -> bool:
        """Always: a passkey that does not ask for a finger or a PIN is refused."""
        return True

    def clean(self) -> dict[str, Any]:
        """The checked passkey."""
        with _told_as_wrong():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


def _failed(member: Member | None, source: str, what: str) -> None:
    subject = f"staff:{member.pk}" if member else ""
    record("staff.sign_in_failed", subject=subject, source=source, details={"step": what})
