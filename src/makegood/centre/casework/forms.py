"""What is asked about a case: written, tagged, handed over, put off, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.cases import (
    KIND_WORDS,
    OUTCOME_WORDS,
    TEAMS,
    CaseKind,
    Outcome,
    Window,
    colleagues,
    team_words,
)
from makegood.centre.casework.speaking import language
from makegood.kernel import MakegoodError
from makegood.programmes import date_text

NO_PERSONAL = _("Nothing personal: no number, no e-mail, no name.")
WRONG: dict[str, Promise | str] = {
    "MG661": _(
        "This seems to hold a telephone, account or registration number, or an e-mail address."
        " Nothing was kept. Leave it out: what belongs to a customer stands in their own record."
    ),
    "MG662": _("This cannot be kept: it is empty, too long, or not a word."),
    "MG665": _("The customer waits for a call already. See their cases."),
    "MG666": _("This time cannot be. Name one that is still to come."),
    "MG667": _("Nobody of this name works on cases."),
    "MG668": _("This does not go together. Look at what was filled in."),
    "MG729": _("This is no telephone number."),
    "MG773": _("Say why in a sentence, without anybody's data."),
    "MG840": _("There is no such claim. Read the receipt number again."),
    "MG850": _("This amount cannot be. Give whole units, not below 0."),
    "MG768": _("This cannot be proposed, or the same was proposed already."),
}
"""What is told beside the field, in the reader's language, instead of the finding."""


def add_finding(form: forms.Form, field: str, error: MakegoodError) -> None:
    """Tell a finding beside its field. Raises the error again where it is not one of the form's."""
    words = WRONG.get(error.findings[0].code)
    if words is None:
        raise error
    form.add_error(field if field in form.fields else None, str(words))


class NoteForm(forms.Form):
    """What was said or done."""

    text = forms.CharField(
        label=_("A note"),
        help_text=NO_PERSONAL,
        max_length=1_200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class TagForm(forms.Form):
    """One word."""

    word = forms.CharField(label=_("Tag"), help_text=_("One word."), max_length=31)


class HandOverForm(forms.Form):
    """To whom: a team or a colleague."""

    to = forms.ChoiceField(label=_("To"))

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        teams = [(f"team:{team}", team_words(team, language())) for team in TEAMS]
        people = [(f"member:{name}", shown) for name, shown in colleagues()]
        field = self.fields["to"]
        field.choices = [(_("Teams"), teams), (_("Colleagues"), people)]  # type: ignore[attr-defined] # a choice's

    def values(self) -> dict[str, str]:
        """The team or the member, for the room."""
        kind, _separator, name = self.cleaned_data["to"].partition(":")
        return {kind: name}


class DeadlineForm(forms.Form):
    """Until when."""

    due_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    @classmethod
    def of(cls, due_at: datetime | None) -> DeadlineForm:
        """The deadline as it stands."""
        return cls(initial={"due_at": timezone.localtime(due_at) if due_at else None})


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("How it ended"))

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        field = self.fields["outcome"]
        field.choices = [(one.value, OUTCOME_WORDS[one][language()]) for one in Outcome]  # type: ignore[attr-defined] # a choice's


class ExceptionForm(forms.Form):
    """Which claim, how much, and why."""

    receipt_number = forms.CharField(
        label=_("Receipt number"), help_text=_("Such as R7K3-9QXM-2HTB."), max_length=20
    )
    amount = forms.IntegerField(
        label=_("Amount"),
        help_text=_("Digits alone, in the currency's smallest unit: for won, whole won."),
        min_value=0,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=NO_PERSONAL,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CallForm(forms.Form):
    """At which time somebody wishes to be called, and at which number."""

    window = forms.ChoiceField(label=_("Time to call"), required=False)
    phone = forms.CharField(
        label=_("Another number"),
        help_text=_("Empty: the customer's own number."),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "tel", "spellcheck": "false"}
        ),
    )

    def offer(self, windows: Sequence[Window]) -> None:
        """Offer these times, day by day."""
        days: dict[str, list[tuple[str, str]]] = {}
        for window in windows:
            day = date_text(window.since.date(), language())
            span = f"{window.since:%H:%M}–{window.until:%H:%M}"
            days.setdefault(day, []).append((window.name, f"{day} {span}"))
        field = self.fields["window"]
        field.choices = [("", "–"), *days.items()]  # type: ignore[attr-defined] # a choice's


class NewCaseForm(CallForm):
    """What somebody came with."""

    kind = forms.ChoiceField(label=_("Kind"))
    programme = forms.ChoiceField(label=_("Programme"))
    through = forms.ChoiceField(
        label=_("How it came in"),
        choices=[
            ("call_centre", _("Telephone call")),
            ("shop", _("Shop")),
            ("letter", _("Letter")),
            ("web", _("Web")),
        ],
    )
    subject = forms.CharField(
        label=_("Summary"), help_text=NO_PERSONAL, required=False, max_length=120
    )
    about_line = forms.ChoiceField(label=_("Line"), required=False)
    receipt_number = forms.CharField(label=_("Receipt number"), required=False, max_length=20)
    note = forms.CharField(
        label=_("A note"),
        help_text=NO_PERSONAL,
        required=False,
        max_length=1_200,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = (
        *("kind", "programme", "through", "subject", "about_line", "receipt_number"),
        *("note", "window", "phone"),
    )

    def __init__(
        self,
        *given: Any,  # noqa: ANN401 - Django's own
        programmes: Sequence[tuple[str, str]],
        lines: Sequence[str],
        **named: Any,  # noqa: ANN401 - Django's own
    ) -> None:
        super().__init__(*given, **named)
        kinds = [(kind.value, KIND_WORDS[kind][language()]) for kind in CaseKind]
        for name, choices in (
            ("kind", kinds),
            ("programme", list(programmes)),
            ("about_line", [("", "–"), *((line, line) for line in lines)]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a choice's

    def clean(self) -> dict[str, Any]:
        """A call needs a time, and a time to call is a callback's alone."""
        given = self.cleaned_data
        is_callback = given.get("kind") == CaseKind.CALLBACK
        if is_callback and not given.get("window"):
            self.add_error("window", str(_("Choose a time to call.")))
        if not is_callback and given.get("window"):
            self.add_error("kind", str(_("With a time to call it is a callback: choose that.")))
        return given
