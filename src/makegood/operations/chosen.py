"""Which programme a page is about: one of those in force, the newest where none is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from makegood.operations.frame import language
from makegood.operations.parts import PeriodForm
from makegood.operations.reading import spoken
from makegood.programmes import Programme
from makegood.publication import versions
from makegood.redress.serving import programme_in_force
from makegood.trust.clock import now

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT = {
    "ko": ((10**12, "조"), (10**8, "억"), (10**4, "만")),
    "en": ((10**9, " bn"), (10**6, " M"), (10**3, " k")),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The programme that a page is about, with words of it in the page's language."""

    programme: Programme

    @property
    def name(self) -> str:
        """Its identifier."""
        return self.programme.identifier

    @property
    def title(self) -> str:
        """What it is called."""
        return self.said(self.programme.section.title)

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.programme.section.time_zone)

    @property
    def today(self) -> date:
        """Today where it is carried out."""
        return now().astimezone(self.zone).date()

    def said(self, texts: Mapping[str, str]) -> str:
        """A text of the programme in the page's language, else in its leading one."""
        return texts[spoken(self.programme)]

    def measure(self, name: str) -> str:
        """What a measure is called; its name where the version in force has it no more."""
        found = self.programme.measures.get(name)
        return self.said(found.section.title) if found else name

    def money(self, amount: int) -> str:
        """An amount in minor units, as it is written."""
        return self.programme.currency.text(amount, spoken(self.programme))

    def short(self, amount: int) -> str:
        """The same for the side of a picture: ``2억``, ``200 M``; whole units of it only."""
        units, rest = divmod(amount, 10**self.programme.currency.minor_digits)
        if rest or not units:
            return self.money(amount) if amount else "0"
        for size, word in _SHORT[language()]:
            if units % size == 0:
                return f"{units // size:,}{word}"
        return f"{units:,}"


def day_mark(day: date) -> str:
    """A day below a picture: ``1.14.``, ``14 Jan``."""
    if language() == "ko":
        return f"{day.month}.{day.day}."
    return f"{day.day} {_MONTHS[day.month - 1]}"


def programme_names() -> list[str]:
    """All programmes that were ever published, the newest first."""
    return list(dict.fromkeys(each.programme for each in versions()))


def titled(name: str) -> str:
    """What a programme is called, with its identifier: two may be called alike."""
    return f"{Chosen(programme_in_force(name)).title} ({name})"


def chosen(request: HttpRequest) -> Chosen | None:
    """The programme that ``?programme=`` names; None where none was published yet.

    Raises Http404 for one that is not known.
    """
    names = programme_names()
    asked = request.GET.get("programme", "")
    if asked and asked not in names:
        raise Http404
    if not names:
        return None
    return Chosen(programme_in_force(asked or names[0]))


class ProgrammeForm(PeriodForm):
    """Programme and days."""

    field_order = ("programme", "measure", "since", "until")
    programme = forms.ChoiceField(label=_("Programme"), required=False)

    def __init__(self, request: HttpRequest, found: Chosen, *, with_measure: bool = False) -> None:
        super().__init__(request.GET or {"programme": found.name})
        fields = self.fields
        names = [(name, titled(name)) for name in programme_names()]
        fields["programme"].choices = names  # type: ignore[attr-defined]
        if with_measure:
            measures = [(name, found.measure(name)) for name in found.programme.measures]
            fields["measure"] = forms.ChoiceField(
                label=_("Measure"), required=False, choices=[("", _("All")), *measures]
            )
        self.order_fields(self.field_order)
