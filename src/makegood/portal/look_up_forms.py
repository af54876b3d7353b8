"""What is typed to show who one is, and to ask about a message."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from makegood.channels.messages import canonical_code as canonical_message_code
from makegood.trust.clock import now
from makegood.trust.vault import canonical_phone

FIRST_YEAR = 1880
_PHONE_LETTERS_MAX = 30
_CODE_LETTERS_MAX = 20
_DIGITS = 6
_DATE_DIGITS_MAX = 4
_DATE_PARTS = ("year", "month", "day")
_YEARS_OF_TWO_DIGITS = 100
_NO_NUMBER = _("This is no telephone number. Write it as 010-1234-5678.")
_SIX_DIGITS = _("Type the six digits of the message.")
_NO_CODE = _("Our codes have nine letters and digits, and this cannot be one of them.")


def _number(autocomplete: str, digits: int) -> forms.TextInput:
    """Plain text with a keyboard of digits: a number's arrows and wheel are in the way here."""
    attributes = {
        "inputmode": "numeric",
        "autocomplete": autocomplete,
        "maxlength": digits + 2,
        "size": digits,
    }
    return forms.TextInput(attrs=attributes)


class LookUpForm(forms.Form):
    """A telephone number and a birth date, in three plain fields as people say it."""

    phone = forms.CharField(
        label=_("Telephone number"),
        help_text=_("The number that you have, or had, with us. Dashes do not matter."),
        max_length=_PHONE_LETTERS_MAX,
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "tel-national", "type": "tel"}
        ),
        error_messages={
            "required": _("Type your telephone number."),
            "max_length": _NO_NUMBER,
        },
    )
    year = forms.CharField(label=_("Year"), required=False, widget=_number("bday-year", 4))
    month = forms.CharField(label=_("Month"), required=False, widget=_number("bday-month", 2))
    day = forms.CharField(label=_("Day"), required=False, widget=_number("bday-day", 2))

    def clean_phone(self) -> str:
        """A number that can be one; whether anybody has it is not asked here."""
        phone = _narrow(self.cleaned_data["phone"])
        if canonical_phone(phone) is None:
            raise forms.ValidationError(_NO_NUMBER)
        return phone

    def clean(self) -> dict[str, Any]:
        """The birth date of its three parts."""
        given = self.cleaned_data
        try:
            given["birth_date"] = _date_of([given.get(part, "") for part in _DATE_PARTS])
        except forms.ValidationError as error:
            self.add_error("year", error)
        return given

    @property
    def parts(self) -> list[forms.BoundField]:
        """The three fields of the birth date, in their order."""
        return [self[part] for part in _DATE_PARTS]


class CodeForm(forms.Form):
    """The one-time code."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("The six digits of the message."),
        max_length=_CODE_LETTERS_MAX,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "code-input",
                "autofocus": True,
            }
        ),
        error_messages={"required": _SIX_DIGITS, "max_length": _SIX_DIGITS},
    )

    def clean_code(self) -> str:
        """Six digits, whatever stands between them. Anything else is no try."""
        digits = "".join(
            letter for letter in _narrow(self.cleaned_data["code"]) if letter not in " -"
        )
        if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_SIX_DIGITS)
        return digits


class MessageForm(forms.Form):
    """The short code of a message."""

    code = forms.CharField(
        label=_("Code of the message"),
        help_text=_("Nine letters and digits. Capitals, spaces and dashes do not matter."),
        max_length=_CODE_LETTERS_MAX,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code-input long",
            }
        ),
        error_messages={
            "required": _("Type the code that stands in the message."),
            "max_length": _NO_CODE,
        },
    )

    def clean_code(self) -> str:
        """A code that can be one, whose last letter fits the others: a slip is told as such."""
        code: str = self.cleaned_data["code"]
        if canonical_message_code(code) is None:
            raise forms.ValidationError(_NO_CODE)
        return code


def _narrow(text: str) -> str:
    """Full-width digits and dashes as plain ones."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text.strip())


def _date_of(parts: list[str]) -> date:
    """The day of the past that three texts say. Raises ValidationError: what to write instead."""
    digits = [_narrow(part) for part in parts]
    if not all(digits):
        raise forms.ValidationError(gettext("Type your birth date, such as 1985, 3 and 7."))
    if not all(text.isascii() and text.isdigit() for text in digits):
        raise forms.ValidationError(gettext("Use digits alone, such as 1985, 3 and 7."))
    # Thousands of digits are not made a number of.
    is_short = all(len(text) <= _DATE_DIGITS_MAX for text in digits)
    if is_short and int(digits[0]) < _YEARS_OF_TWO_DIGITS:
        raise forms.ValidationError(gettext("Write the year with four digits, such as 1985."))
    try:
        day = date(*map(int, digits)) if is_short else None
    except (ValueError, OverflowError):
        day = None
    if day is None or day.year < FIRST_YEAR or day > now().date():
        raise forms.ValidationError(
            gettext("Nobody can be born on this day. Check the year, the month and the day.")
        )
    return day
