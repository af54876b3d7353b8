"""What an agent types as the customer says it. What is wrong is said beside the field."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood.centre.casework.speaking import language
from makegood.channels.bank import INSTITUTIONS
from makegood.kernel import MakegoodError
from makegood.trust.access import checked_reason

_SECRET = {"autocomplete": "off", "spellcheck": "false"}
_DIGITS_MIN, _DIGITS_MAX = 6, 20
_BETWEEN = re.compile(r"[\s\-.]+")


def banks() -> list[tuple[str, Any]]:
    """Banks and securities companies, by their names in the page's language."""
    known = [(code, one.names[language()]) for code, one in INSTITUTIONS.items()]
    return [("", _("Choose a bank")), *known]


class CodeForm(forms.Form):
    """The code that the customer reads out."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits, as the customer reads them out."),
        max_length=20,
        widget=forms.TextInput(attrs={**_SECRET, "inputmode": "numeric"}),
    )


class DocumentForm(forms.Form):
    """The document without which it cannot be applied for, or that helps."""

    document = forms.CharField(
        label=_("Number of the document"),
        help_text=_("Under which the document that was handed in is kept."),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_SECRET),
    )


class AccountForm(forms.Form):
    """Where it is to be paid."""

    bank_code = forms.ChoiceField(label=_("Bank"), choices=banks)
    account_number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={**_SECRET, "inputmode": "numeric"}),
    )
    account_holder = forms.CharField(
        label=_("Account holder"), max_length=100, widget=forms.TextInput(attrs=_SECRET)
    )
    account_document = forms.CharField(
        label=_("Document about the account"),
        help_text=_("Only for an account in another name: the number of the document."),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=_SECRET),
    )

    def clean_account_number(self) -> str:
        """The digits alone."""
        digits = _BETWEEN.sub("", str(self.cleaned_data["account_number"]))
        is_number = digits.isascii() and digits.isdigit()
        if not is_number or not _DIGITS_MIN <= len(digits) <= _DIGITS_MAX:
            raise forms.ValidationError(_("An account number has 6 to 20 digits."))
        return digits

    def clean_account_holder(self) -> str:
        """The name in single spaces; nothing in it that cannot be read."""
        name = " ".join(str(self.cleaned_data["account_holder"]).split())
        if not name or not name.isprintable():
            raise forms.ValidationError(_("Such a name cannot be."))
        return name


class AgreedForm(forms.Form):
    """That the words were read aloud, and the customer agreed."""

    agreed = forms.BooleanField(
        label=_("I read this aloud, and the customer agreed."),
        error_messages={"required": _("Read the words aloud first.")},
    )


class StepForm(forms.Form):
    """An act on a claim as it was shown: ``changes`` is how often it had changed by then."""

    changes = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class CorrectForm(AccountForm, DocumentForm, StepForm):
    """Another account for a claim."""


class ObjectForm(StepForm):
    """Why the customer thinks that a refusal is wrong."""

    words = forms.CharField(
        label=_("Why the customer thinks that it is wrong"),
        help_text=_("At most 500 letters. No telephone or account numbers: the log keeps it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_words(self) -> str:
        """Words that the log may keep."""
        try:
            return checked_reason(str(self.cleaned_data["words"]))
        except MakegoodError:
            told = _("Leave out telephone and account numbers and e-mail addresses.")
            raise forms.ValidationError(told) from None


class ApplyForm(AccountForm, DocumentForm, AgreedForm):
    """An application for money that is paid to an account."""


class EnrolForm(DocumentForm, AgreedForm):
    """An application for what needs no account."""


class ChooseForm(forms.Form):
    """One of the options of a card."""

    option = forms.ChoiceField(label=_("What the customer chooses"))

    def __init__(self, *given: Any, options: list[tuple[str, str]], **named: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*given, **named)
        self.fields["option"].choices = options  # type: ignore[attr-defined] # a choice's
