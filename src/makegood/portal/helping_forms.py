"""When somebody wishes to be called, at which number, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from makegood.cases import Window
from makegood.kernel import MakegoodError
from makegood.portal.frame import language
from makegood.programmes import date_text

NOTE_LETTERS_MAX = 300
_BESIDE: dict[str, tuple[str, Promise]] = {
    "MG661": (
        "note",
        gettext_lazy(
            "This seems to hold a number or an e-mail address. Please leave it out: we do not need"
            " it to call you."
        ),
    ),
    "MG662": ("note", gettext_lazy("Please write it in up to 300 letters.")),
    "MG664": (
        "",
        gettext_lazy(
            "Many calls were asked for from here today. Please call the support centre, or ask"
            " again tomorrow."
        ),
    ),
    "MG665": ("", gettext_lazy("You have asked for a call already. It is still to come.")),
    "MG666": ("window", gettext_lazy("This time has gone. Please choose another one.")),
    "MG668": ("phone", gettext_lazy("Please write which number we are to call.")),
    "MG729": ("phone", gettext_lazy("This is no telephone number. Please check it.")),
}
"""What is told beside which field, instead of a finding."""

_KOREAN_WEEKDAYS = "월화수목금토일"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _short(moment: datetime) -> str:
    """A day within the next weeks, as short as it can be told from others."""
    if language() == "ko":
        return f"{moment.month}월 {moment.day}일({_KOREAN_WEEKDAYS[moment.weekday()]})"
    return f"{_WEEKDAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]},"


class CallForm(forms.Form):
    """A time of those that are offered, a number, and what it is about."""

    window = forms.ChoiceField(
        label=gettext_lazy("When we are to call"),
        error_messages={"required": gettext_lazy("Please choose when we are to call.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={
            "required": gettext_lazy("Please write which number we are to call."),
            "max_length": gettext_lazy("This is no telephone number. Please check it."),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("What it is about (if you like)"),
        help_text=gettext_lazy("Please write no account or registration number here."),
        required=False,
        max_length=NOTE_LETTERS_MAX,
        error_messages={"max_length": gettext_lazy("Please write it in up to 300 letters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        offered: Sequence[Window],
        is_known: bool,
        **named: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*given, **named)
        self._offered = {window.name: window for window in offered}
        days: dict[str, list[tuple[str, str]]] = {}
        for window in offered:
            day = date_text(window.since.date(), language())
            # What was chosen stands in one line on a narrow telephone, so without the year.
            span = f"{_short(window.since)} {window.since:%H:%M}–{window.until:%H:%M}"
            days.setdefault(day, []).append((window.name, span))
        field = self.fields["window"]
        field.choices = list(days.items())  # type: ignore[attr-defined] # a choice's
        # A time that was offered a while ago has gone by now.
        field.error_messages["invalid_choice"] = _("This time has gone. Please choose another one.")
        if is_known:
            phone = self.fields["phone"]
            phone.required = False
            phone.label = _("Another number (if you like)")
            phone.help_text = _("Leave it empty and we call the number of your line.")

    def window_chosen(self) -> Window:
        """The time that was chosen; after the form was found to be right."""
        return self._offered[self.cleaned_data["window"]]

    def tell(self, error: MakegoodError) -> None:
        """Tell a finding beside its field. Raises the error again where it is none of these."""
        found = _BESIDE.get(error.findings[0].code)
        if found is None:
            raise error
        field, words = found
        self.add_error(field or None, str(words))
