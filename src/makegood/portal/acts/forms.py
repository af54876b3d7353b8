"""The forms of customers' acts. What is wrong is said next to the field, and above them all."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.channels.bank import INSTITUTIONS
from makegood.portal.frame import language
from makegood.trust.access import checked_reason
from makegood.trust.vault import DocumentKind

ACCOUNT_DIGITS_MIN, ACCOUNT_DIGITS_MAX = 6, 20
NAME_LETTERS_MAX = 100
WORDS_LETTERS_MAX = 500
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,application/pdf,image/jpeg,image/png,image/heic"

_SEPARATORS = re.compile(r"[\s\-.\u2010-\u2015\u2212]")
_WIDE = {ord("０") + digit: ord("0") + digit for digit in range(10)}


def bank_choices() -> list[Any]:
    """Banks first, then securities companies, by their names in the page's language."""
    groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for code, institution in INSTITUTIONS.items():
        groups[institution.is_bank].append((code, institution.names[language()]))
    return [
        ("", _("Choose a bank")),
        (_("Banks"), groups[True]),
        (_("Securities companies"), groups[False]),
    ]


class AccountForm(forms.Form):
    """Where it is to be paid."""

    bank_code = forms.ChoiceField(
        label=_("Bank"),
        choices=bank_choices,
        error_messages={
            "required": _("Choose the bank of the account."),
            "invalid_choice": _("Choose a bank from the list."),
        },
    )
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        help_text=_("Numbers only; dashes may stay."),
        error_messages={
            "required": _("Enter the number of the account."),
            "max_length": _("An account number has 6 to 20 digits."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_holder = forms.CharField(
        label=_("Name of the account's holder"),
        max_length=NAME_LETTERS_MAX,
        help_text=_("As it stands in the bank book or the bank's app."),
        error_messages={
            "required": _("Enter the name of the account's holder."),
            "max_length": _("The name is too long."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_account_number(self) -> str:
        """The digits alone, however they were typed."""
        digits = _SEPARATORS.sub("", str(self.cleaned_data["account_number"])).translate(_WIDE)
        is_number = digits.isascii() and digits.isdigit()
        if not is_number or not ACCOUNT_DIGITS_MIN <= len(digits) <= ACCOUNT_DIGITS_MAX:
            raise forms.ValidationError(_("An account number has 6 to 20 digits."))
        return digits

    def clean_account_holder(self) -> str:
        """The name in single spaces; nothing in it that cannot be read."""
        name = " ".join(str(self.cleaned_data["account_holder"]).split())
        if not name or not name.isprintable():
            raise forms.ValidationError(_("Enter the name of the account's holder."))
        return name


class DocumentForm(forms.Form):
    """A file to hand in."""

    file = forms.FileField(
        label=_("File"),
        max_length=1_000,
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose it again."),
            "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
            "max_length": _("The name of the file is too long. Give it a shorter one."),
        },
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class ConsentForm(forms.Form):
    """The consent, and which state of the application it is for."""

    token = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        error_messages={"required": _("Agree, so that we can take in your application.")}
    )


class StepForm(forms.Form):
    """An act on a claim as it was shown: ``changes`` is how often it had changed by then."""

    changes = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class CorrectForm(AccountForm, StepForm):
    """Another account for a claim."""


class ObjectForm(StepForm):
    """Why a refusal is wrong."""

    words = forms.CharField(
        label=_("Why do you think that the decision is wrong?"),
        max_length=WORDS_LETTERS_MAX,
        help_text=_("At most 500 letters. Leave out telephone and account numbers."),
        error_messages={
            "required": _("Write in a sentence or two why it is wrong."),
            "max_length": _("Write at most 500 letters."),
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_words(self) -> str:
        """Words that the log may keep."""
        from makegood.kernel import MakegoodError

        try:
            return checked_reason(str(self.cleaned_data["words"]))
        except MakegoodError:
            told = _("Leave out telephone and account numbers and e-mail addresses.")
            raise forms.ValidationError(told) from None


class ChooseForm(forms.Form):
    """One of the options of a card."""

    option = forms.ChoiceField(
        label=_("What you choose"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one."),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def __init__(self, *given: Any, options: list[tuple[str, str]], **named: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*given, **named)
        self.fields["option"].choices = options  # type: ignore[attr-defined]


KINDS_TEXT = ", ".join(kind.value.upper() for kind in DocumentKind)
"""The kinds of documents that are taken, as they are told."""
