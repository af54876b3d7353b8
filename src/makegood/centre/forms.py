"""What is asked before anything personal is shown: for what, for which case, and who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.centre.behalf.forms import SECRET
from makegood.kernel import MakegoodError
from makegood.trust.access import FIELDS, PERSON_FIELDS, Channel, Consent, checked_case
from makegood.trust.policy import Purpose, purpose_name

FIELD_WORDS = {
    "name": _("Name"),
    "phone": _("Telephone"),
    "birth_date": _("Birth date"),
    "email": _("E-mail"),
    "address": _("Address"),
    "bank_code": _("Bank"),
    "account_number": _("Account number"),
    "account_holder": _("Account holder"),
}
CHANNELS = {
    Channel.TELEPHONE: _("Telephone call"),
    Channel.SHOP: _("Shop"),
    Channel.WEB: _("Web"),
    Channel.LETTER: _("Letter"),
}


def purposes() -> list[tuple[str, str]]:
    """All purposes with their words, in the language of the page."""
    language = "en" if get_language() == "en" else "ko"
    known = (purpose for purpose in Purpose if purpose is not Purpose.UNKNOWN)
    return [(purpose.value, purpose_name(purpose, language)) for purpose in known]


class TaskForm(forms.Form):
    """For what, and for which case."""

    purpose = forms.ChoiceField(label=_("What for"), choices=purposes)
    case = forms.CharField(
        label=_("Case"),
        help_text=_(
            "The number of the ticket or the call, such as CALL-17. Without it only masked data are"
            " shown. Nothing personal."
        ),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs=SECRET),
    )

    def clean_case(self) -> str:
        """The case as the gate takes it, so that what is none is said where it was typed."""
        try:
            return checked_case(self.cleaned_data["case"])
        except MakegoodError:
            words = _("Write its number, such as CALL-17: Latin letters and digits, no names.")
            raise forms.ValidationError(words) from None


class LookUpForm(TaskForm):
    """Who: by telephone, or by name and birth date."""

    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={**SECRET, "inputmode": "tel"}),
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs=SECRET)
    )
    birth_date = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=forms.DateInput(attrs={**SECRET, "type": "date"}),
    )

    def __init__(self, *given: Any, fitting: Sequence[str], **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        # Only what is offered is less. What is sent is judged by the gate, and refused in words.
        offered = [(value, words) for value, words in purposes() if value in fitting]
        self.fields["purpose"].widget.choices = offered or purposes()


class OpenForm(forms.Form):
    """Which fields are to be opened: no more than the task needs."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("What to open"),
        choices=[(name, FIELD_WORDS[name]) for name in FIELDS],
        widget=forms.CheckboxSelectMultiple,
    )


class ConsentForm(forms.Form):
    """How the customer consented, and what proves it."""

    channel = forms.ChoiceField(
        label=_("Through"), choices=[(one.value, words) for one, words in CHANNELS.items()]
    )
    evidence = forms.CharField(
        label=_("What proves it"),
        help_text=_("The number of the recording or the form."),
        max_length=64,
        widget=forms.TextInput(attrs=SECRET),
    )
    days_valid = forms.IntegerField(label=_("Days valid"), min_value=1, max_value=366, initial=30)

    def clean_evidence(self) -> str:
        """What proves it; the word for a code that the customer read out is none to type."""
        evidence = str(self.cleaned_data["evidence"])
        if evidence.casefold() == Consent.BY_CODE:
            words = _(
                "That word stands for a code that the customer read out here. Write the number of"
                " the recording or the form."
            )
            raise forms.ValidationError(words)
        return evidence

    @classmethod
    def at(cls, *, is_at_counter: bool) -> ConsentForm:
        """The form with the way that fits where the customer is."""
        channel = Channel.SHOP if is_at_counter else Channel.TELEPHONE
        return cls(initial={"channel": channel.value})

    def values(self) -> dict[str, Any]:
        """What was given, for the gate."""
        return dict(self.cleaned_data)


class CorrectForm(forms.Form):
    """Which field is wrong, and what is right."""

    field = forms.ChoiceField(
        label=_("What is wrong"), choices=[(name, FIELD_WORDS[name]) for name in PERSON_FIELDS]
    )
    value = forms.CharField(
        label=_("What is right"),
        help_text=_("A date as 2001-12-31."),
        max_length=300,
        widget=forms.TextInput(attrs=SECRET),
    )

    def clean(self) -> dict[str, Any]:
        """A birth date as a day; whatever else a value must be, the vault tells."""
        given = self.cleaned_data
        if given.get("field") == "birth_date" and "value" in given:
            try:
                given["value"] = forms.DateField().clean(given["value"])
            except forms.ValidationError as error:
                self.add_error("value", error)
        return given

    def changes(self) -> dict[str, Any]:
        """The field with its new value, for the gate."""
        return {self.cleaned_data["field"]: self.cleaned_data["value"]}


class TakeForm(forms.Form):
    """Why a customer's data is taken away."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("In a sentence, and nothing personal: the log keeps it for good."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
