"""What each kind's contents may hold: a closed shape, and nothing that looks personal.

Whoever approves reads the contents. What no act reads has no place there: it could only deceive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from makegood.kernel import Finding, MakegoodError, looks_personal
from makegood.trust.audit import Json
from makegood.trust.proposals.kinds import ProposalKind

Check = Callable[[Json], bool]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MEMBER = re.compile(r"[a-z0-9][a-z0-9._-]{1,148}[a-z0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_KEY = re.compile(r"MG[0-9A-F]{30}")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{1,500}")
_MADE_BY_CHANCE = (_SHA256, _UUID, _KEY)


@dataclass(frozen=True, slots=True)
class Shape:
    """The names that an object must and may have, each with what its value must be."""

    must: Mapping[str, Check]
    may: Mapping[str, Check]

    def holds(self, value: Json) -> bool:
        """Whether a value is such an object, to the last name."""
        if not isinstance(value, Mapping):
            return False
        known = {**self.must, **self.may}
        return self.must.keys() <= value.keys() <= known.keys() and all(
            known[name](held) for name, held in value.items()
        )

    def words(self) -> str:
        """The names, for a hint."""
        names = [f"'{name}'" for name in self.must] + [f"'{name}' or not" for name in self.may]
        return ", ".join(names) or "nothing"


def checked_contents(kind: ProposalKind, contents: Mapping[str, Json]) -> None:
    """Raises MakegoodError MG768 where a kind's contents have another shape, or look personal."""
    shapes = _SHAPES[kind]
    if not any(shape.holds(contents) for shape in shapes):
        hint = f"'{kind}' takes: {'; or '.join(shape.words() for shape in shapes)}"
        message = "contents that cannot be proposed: they have not the shape of their kind"
        raise MakegoodError(Finding("MG768", message, hint))
    for text in _texts(contents):
        checked_text("the contents", text)


def checked_text(where: str, text: str) -> None:
    """Raises MakegoodError MG768 where a text that the log would keep looks personal."""
    if looks_personal(text) and not any(made.fullmatch(text) for made in _MADE_BY_CHANCE):
        hint = "name people by pseudonym: proposals and the log are kept for good"
        message = f"{where} seem to hold a telephone or registration number, or an e-mail address"
        raise MakegoodError(Finding("MG768", message, hint))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield name
            yield from _texts(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _texts(held)


def _text(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _word(*words: str) -> Check:
    return lambda value: value in words


def _count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _roles(value: Json) -> bool:
    return isinstance(value, list | tuple) and all(map(_text(_NAME), value))


_FORECAST_OF_A_MEASURE = Shape({"granted": _count, "undetermined": _count, "amount": _count}, {})


def _measures(value: Json) -> bool:
    return isinstance(value, Mapping) and all(
        _text(_NAME)(name) and _FORECAST_OF_A_MEASURE.holds(held) for name, held in value.items()
    )


_FORECAST = Shape(
    {
        "as_of": _text(_DATE),
        "lines": _count,
        "decisions_sha256": _text(_SHA256),
        "population_sha256": _text(_SHA256),
        "measures": _measures,
    },
    {},
)
_OF_A_MEMBER: Mapping[str, Check] = {"member": _text(_MEMBER)}

_SHAPES: Mapping[ProposalKind, tuple[Shape, ...]] = {
    ProposalKind.ROTATE_KEYS: (
        Shape({}, {}),
        Shape({"from": _text(_TEXT), "to": _text(_TEXT)}, {}),
    ),
    ProposalKind.CHANGE_POLICIES: (Shape({"version": _text(_SHA256)}, {}),),
    ProposalKind.PUBLISH_PROGRAMME: (
        Shape(
            {"sha256": _text(_SHA256)},
            {"messages_sha256": _text(_SHA256), "forecast": _FORECAST.holds},
        ),
    ),
    # The numbers of a run's plan, and the plan itself by its hash.
    ProposalKind.RELEASE_RUN: (
        Shape(
            {"total": _count},
            {
                "items": _count,
                "shards": _count,
                "sha256": _text(_SHA256),
                # Lines that get less, or more, than they were shown; amounts in minor units.
                "less_lines": _count,
                "less": _count,
                "more_lines": _count,
                "more": _count,
            },
        ),
    ),
    # What was found out about an item of money, by its pay-once key.
    ProposalKind.END_ITEM: (Shape({"item": _text(_KEY), "was": _word("done", "failed")}, {}),),
    ProposalKind.CUSTOMER_EXCEPTION: (
        Shape(
            {"amount_won": _count},
            {"measure": _text(_NAME), "line": _text(_REFERENCE), "sha256": _text(_SHA256)},
        ),
        # What a quote promised and the programme gives no more; the amount in minor units.
        Shape(
            {
                "measure": _text(_NAME),
                "line": _text(_REFERENCE),
                "amount": _count,
                "quote": _text(_UUID),
            },
            {},
        ),
        # What a claim that persons decide is approved with, in minor units, and to which of the
        # accounts that were given for it, counted from 1.
        Shape(
            {
                "measure": _text(_NAME),
                "line": _text(_REFERENCE),
                "amount": _count,
                "claim": _text(_REFERENCE),
                "account": _count,
            },
            {},
        ),
    ),
    ProposalKind.CHANGE_STAFF: (
        Shape(
            {"act": _word("add"), "roles": _roles, **_OF_A_MEMBER},
            {"provider_subject": _text(_TEXT)},
        ),
        Shape({"act": _word("give_roles"), "roles": _roles, **_OF_A_MEMBER}, {}),
        Shape({"act": _word("invite", "activate"), **_OF_A_MEMBER}, {}),
        Shape({"act": _word("approve_device"), "device": _text(_UUID), **_OF_A_MEMBER}, {}),
    ),
}
