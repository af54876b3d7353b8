"""What an agent types as the customer says it. What is wrong is said beside the field."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood import acts

SECRET = {"autocomplete": "off", "spellcheck": "false"}
_ACCOUNT = {
    "bank_code": acts.FieldWords(_("Bank")),
    "account_number": acts.FieldWords(_("Account number"), attributes=SECRET),
    "account_holder": acts.FieldWords(_("Account holder"), attributes=SECRET),
}
_OBJECTION = {
    "words": acts.FieldWords(
        _("Why the customer thinks that it is wrong"),
        _("At most 500 letters. No telephone or account numbers: the log keeps it."),
    )
}
_OPTION = {"option": acts.FieldWords(_("What the customer chooses"))}


class CodeForm(forms.Form):
    """The code that the customer reads out."""

    code = forms.CharField(
        label=_("Consent code"),
        help_text=_("Six digits, as the customer reads them out."),
        max_length=20,
        widget=forms.TextInput(attrs={**SECRET, "inputmode": "numeric"}),
    )


class DocumentForm(forms.Form):
    """The document without which it cannot be applied for, or that helps."""

    document = forms.CharField(
        label=_("Number of the document"),
        help_text=_("Under which the document that was handed in is kept."),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=SECRET),
    )


class AccountDocumentForm(forms.Form):
    """The document of an account in another name."""

    account_document = forms.CharField(
        label=_("Document about the account"),
        help_text=_("Only for an account in another name: the number of the document."),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=SECRET),
    )


class AgreedForm(forms.Form):
    """That the words were read aloud, and the customer agreed."""

    agreed = forms.BooleanField(
        label=_("I read this aloud, and the customer agreed."),
        error_messages={"required": _("Read the words aloud first.")},
    )


class AccountForm(acts.AccountForm):
    """Where the customer is paid."""

    said = _ACCOUNT


class CorrectForm(acts.CorrectForm, AccountDocumentForm, DocumentForm):
    """Another account for a claim."""

    said = _ACCOUNT


class ObjectForm(acts.ObjectForm):
    """Why the customer thinks that a refusal is wrong."""

    said = _OBJECTION


class ApplyForm(AccountForm, AccountDocumentForm, DocumentForm, AgreedForm):
    """An application for money that is paid to an account."""


class EnrolForm(DocumentForm, AgreedForm):
    """An application for what needs no account."""


class ChooseForm(acts.ChooseForm):
    """One of the options of a card."""

    said = _OPTION
