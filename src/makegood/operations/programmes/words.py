"""What is called what on the pages of programmes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from makegood.publication import StudyKind, StudyState


def kind_words(kind: StudyKind) -> str:
    """What is studied."""
    return {
        StudyKind.FORECAST: _("What it comes to"),
        StudyKind.DIFFERENCE: _("What changes against the version in force"),
        StudyKind.TOP_UPS: _("What the version in force adds to what was done"),
        StudyKind.TOP_UP_RUNS: _("Runs for what is added"),
    }[kind]


def state_words(state: StudyState) -> str:
    """Where a study stands."""
    return {
        StudyState.WAITING: _("waits for a worker"),
        StudyState.WORKING: _("in progress"),
        StudyState.DONE: _("done"),
        StudyState.FAILED: _("could not be done"),
    }[state]


def tone_of(state: StudyState) -> str:
    """The colour of its tag."""
    return {
        StudyState.WAITING: "warn",
        StudyState.WORKING: "live",
        StudyState.DONE: "good",
        StudyState.FAILED: "bad",
    }[state]


def effect_words(effect: str) -> str:
    """What a change means for its lines."""
    return {
        "gains": _("gain"),
        "loses": _("lose"),
        "changes": _("change otherwise"),
    }.get(effect, effect)


def decision_words(label: str, because: Mapping[str, str]) -> str:
    """A decision in a few words; ``label`` is as ``Meaning.label`` has it, empty for none.

    ``because`` has the programme's own words for its exclusions, by their names.
    """
    kind, _colon, detail = label.partition(":")
    if kind == "excluded":
        return f"{_('excluded')}: {because.get(detail, detail)}"
    return {
        "": _("no such measure"),
        "granted:automatic": _("granted without applying"),
        "granted:on_application": _("granted on application"),
        "granted:with_document": _("granted with a document"),
        "not_in_scope": _("not in scope"),
        "undetermined": _("undetermined"),
    }.get(label, label)


def measure_kind_words(kind: str) -> str:
    """What kind of measure it is."""
    return {
        "refund": _("refund"),
        "grant": _("grant"),
        "uplift": _("uplift"),
        "choice": _("choice"),
        "discount": _("discount"),
        "cover": _("cover"),
    }.get(kind, kind)
