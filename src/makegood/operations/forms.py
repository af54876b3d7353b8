"""Forms of the staff's own pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from makegood.trust.audit import KINDS
from makegood.trust.policy import Purpose, purpose_name
from makegood.trust.staff import Member

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        _relabel(self, "login", _("Name"), "username")
        _relabel(self, "password", _("Password"), "current-password")


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, for who has no second factor yet."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        _relabel(self, "password", _("Password"), "current-password")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The former password and a new one."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        _relabel(self, "oldpassword", _("Present password"), "current-password")
        _relabel(self, "password1", _("New password"), "new-password")
        _relabel(self, "password2", _("New password once more"), "new-password")

    def clean_oldpassword(self) -> str:
        """The former password, each try counted. Raises ValidationError."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class AuthenticatorForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        _relabel(self, "code", _("The code it shows now"), "one-time-code")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """What a passkey is called."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        _relabel(self, "name", _("Name"), "off")


class FirstPasswordForm(forms.Form):
    """The password that an invitation sets."""

    password1 = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters. A sentence of your own is good."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *given: Any, member: Member, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        self._member = member

    def clean_password1(self) -> str:
        """A password that is not easily guessed. Raises ValidationError."""
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self._member)
        return password

    def clean_password2(self) -> str:
        """The same once more. Raises ValidationError."""
        again: str = self.cleaned_data["password2"]
        if "password1" in self.cleaned_data and again != self.cleaned_data["password1"]:
            raise ValidationError(_("The two passwords are not the same."))
        return again


class DeviceForm(forms.Form):
    """What a device is called."""

    name = forms.CharField(
        label=_("What this device is called"),
        help_text=_("So that the security officer knows it: centre 2, desk 14."),
        max_length=80,
    )


def _why(help_text: StrPromise) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        help_text=help_text,
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReasonForm(forms.Form):
    """Why something is done, which the log keeps."""

    reason = _why(_("Why, for the log. Nothing personal."))

    def says_why(self) -> bool:
        """Whether a reason is given that can be one; where there is none, the field tells it."""
        if self.is_valid() and not self.cleaned_data["reason"]:
            self.add_error("reason", self.fields["reason"].error_messages["required"])
        return self.is_valid()


class AnswerForm(ReasonForm):
    """Why. One form has both answers: who approves may say it, who turns down must."""

    reason = _why(_("A reason is needed to turn it down. Nothing personal."))


_LOG_PURPOSES = (
    Purpose.AUDIT,
    Purpose.INCIDENT_RESPONSE,
    Purpose.COMPLAINT,
    Purpose.LEGAL_REQUEST,
    Purpose.OPERATION,
)


_NO_SUCH_DAY = _("Choose a day from 2000 to 2999.")
DAYS = (
    MinValueValidator(date(2000, 1, 1), _NO_SUCH_DAY),
    MaxValueValidator(date(2999, 12, 31), _NO_SUCH_DAY),
)


class LogForm(forms.Form):
    """Which entries of the log are wanted."""

    purpose = forms.ChoiceField(label=_("What you read the log for"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    actor = forms.CharField(
        label=_("Who"),
        help_text=_("A name to sign in with, or console:…, system:…"),
        required=False,
        max_length=80,
    )
    person = forms.CharField(label=_("Customer number"), required=False, max_length=64)
    since = forms.DateField(
        label=_("From the day"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("To the day"),
        required=False,
        validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *given: Any, language: str, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        purposes = [(one.value, purpose_name(one, language)) for one in _LOG_PURPOSES]
        kinds = [(kind.name, kind.words[language]) for kind in KINDS.values()]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]


def _relabel(form: forms.Form, name: str, label: StrPromise, autocomplete: str) -> None:
    field = form.fields.get(name)
    if field is None:
        return
    field.label = label
    field.help_text = ""
    field.widget.attrs = {"autocomplete": autocomplete}
