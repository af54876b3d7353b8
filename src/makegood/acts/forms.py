"""The forms of what both sites do alike: the same fields and checks, each site's own words.

A site's form names its words by field; what is wrong is said in them, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from makegood.channels.bank import INSTITUTIONS
from makegood.kernel import MakegoodError
from makegood.trust.access import checked_reason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Said: TypeAlias = str | _StrPromise

DIGITS_MIN, DIGITS_MAX = 6, 20
NAME_LETTERS_MAX = 100
REASON_LETTERS_MAX = 500
_SEPARATORS = re.compile(r"[\s\-.\u2010-\u2015\u2212]")
_WIDE = {ord("０") + digit: ord("0") + digit for digit in range(10)}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a site calls a field, what it says beside it, and what where it is wrong."""

    label: Said
    hint: Said = ""
    errors: Mapping[str, Said] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


class WordedForm(forms.Form):
    """A form whose words are ``said`` by a site, by field."""

    said: ClassVar[Mapping[str, FieldWords]] = _NOTHING

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*given, **named)
        for name, words in self.said.items():
            its = self.fields[name]
            its.label, its.help_text = words.label, words.hint
            its.error_messages.update(words.errors)
            its.widget.attrs.update(words.attributes)


def bank_choices() -> list[Any]:
    """Banks first, then securities companies, by their names in the page's language."""
    language = "en" if get_language() == "en" else "ko"
    groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for code, institution in INSTITUTIONS.items():
        groups[institution.is_bank].append((code, institution.names[language]))
    return [
        ("", _("Choose a bank")),
        (_("Banks"), groups[True]),
        (_("Securities companies"), groups[False]),
    ]


class AccountForm(WordedForm):
    """An account to be paid to."""

    bank_code = forms.ChoiceField(choices=bank_choices)
    account_number = forms.CharField(
        max_length=40,
        error_messages={"max_length": _("An account number has 6 to 20 digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_holder = forms.CharField(
        max_length=NAME_LETTERS_MAX, error_messages={"invalid": _("Such a name cannot be.")}
    )

    def clean_account_number(self) -> str:
        """The digits alone, however they were typed."""
        digits = _SEPARATORS.sub("", str(self.cleaned_data["account_number"])).translate(_WIDE)
        is_number = digits.isascii() and digits.isdigit()
        if not is_number or not DIGITS_MIN <= len(digits) <= DIGITS_MAX:
            raise forms.ValidationError(_("An account number has 6 to 20 digits."))
        return digits

    def clean_account_holder(self) -> str:
        """The name in single spaces; nothing in it that cannot be read."""
        name = " ".join(str(self.cleaned_data["account_holder"]).split())
        if not name or not name.isprintable():
            raise forms.ValidationError(self.fields["account_holder"].error_messages["invalid"])
        return name


class StepForm(WordedForm):
    """An act on a claim as it was shown: ``changes`` is how often it had changed by then."""

    changes = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class ObjectForm(StepForm):
    """Why a refusal is wrong, in words that the log may keep."""

    words = forms.CharField(max_length=REASON_LETTERS_MAX, widget=forms.Textarea(attrs={"rows": 5}))

    def clean_words(self) -> str:
        """Without anybody's numbers."""
        try:
            return checked_reason(str(self.cleaned_data["words"]))
        except MakegoodError:
            told = _("Leave out telephone and account numbers and e-mail addresses.")
            raise forms.ValidationError(told) from None


class ChooseForm(WordedForm):
    """One of the options of a card."""

    option = forms.ChoiceField()

    def __init__(self, *given: Any, options: list[tuple[str, str]], **named: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*given, **named)
        self.fields["option"].choices = options  # type: ignore[attr-defined] # a choice's
