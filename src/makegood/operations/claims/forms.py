"""Forms of acts on a claim. What is typed goes into the log: nothing of anybody's data."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_LETTERS_MAX = 500
_AMOUNT_MAX = 10**15


def _words(label: object) -> forms.CharField:
    return forms.CharField(
        label=label,  # type: ignore[arg-type] # a lazy text
        help_text=_("It stands in the log. Nothing personal."),
        max_length=_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AmountForm(forms.Form):
    """The amount that one person proposes, and why."""

    prefix = "propose"
    amount = forms.IntegerField(
        label=_("Amount"),
        help_text=_("In the currency's smallest unit: whole won."),
        min_value=0,
        max_value=_AMOUNT_MAX,
    )
    reason = _words(_("Why"))


class RefuseForm(forms.Form):
    """Why a claim is refused."""

    prefix = "refuse"
    reason = _words(_("Why it is refused"))


class FoundOutForm(forms.Form):
    """What was found out about a payment of which the other side said both."""

    prefix = "resolve"
    was_paid = forms.ChoiceField(
        label=_("What was found out"),
        choices=[("yes", _("It was paid")), ("no", _("It was not paid"))],
        widget=forms.RadioSelect,
    )
    reason = _words(_("How it was found out"))
