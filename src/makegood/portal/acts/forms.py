"""The forms of customers' acts, in their words. What is wrong is said next to the field, too."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from makegood import acts

_ACCOUNT = {
    "bank_code": acts.FieldWords(
        _("Bank"),
        errors={
            "required": _("Choose the bank of the account."),
            "invalid_choice": _("Choose a bank from the list."),
        },
    ),
    "account_number": acts.FieldWords(
        _("Account number"),
        _("Numbers only; dashes may stay."),
        {"required": _("Enter the number of the account.")},
    ),
    "account_holder": acts.FieldWords(
        _("Name of the account's holder"),
        _("As it stands in the bank book or the bank's app."),
        {
            "required": _("Enter the name of the account's holder."),
            "invalid": _("Enter the name of the account's holder."),
            "max_length": _("The name is too long."),
        },
        {"autocomplete": "name"},
    ),
}
_OBJECTION = {
    "words": acts.FieldWords(
        _("Why do you think that the decision is wrong?"),
        _("At most 500 letters. Leave out telephone and account numbers."),
        {
            "required": _("Write in a sentence or two why it is wrong."),
            "max_length": _("Write at most 500 letters."),
        },
    )
}
_OPTION = {
    "option": acts.FieldWords(
        _("What you choose"),
        errors={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
}


class AccountForm(acts.AccountForm):
    """Where it is to be paid."""

    said = _ACCOUNT


class CorrectForm(acts.CorrectForm):
    """Another account for a claim."""

    said = _ACCOUNT


class ConsentForm(forms.Form):
    """The consent, and which state of the application it is for."""

    token = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        error_messages={"required": _("Agree, so that we can take in your application.")}
    )


class ObjectForm(acts.ObjectForm):
    """Why a refusal is wrong."""

    said = _OBJECTION


class ChooseForm(acts.ChooseForm):
    """One of the options of a card."""

    option = forms.ChoiceField(widget=forms.RadioSelect)
    said = _OPTION
