"""What the schema declares, and whether the program has the same acts and the same lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cedarpy import Schema

from makegood.kernel import Finding, MakegoodError, Place
from makegood.trust.policy.source import SCHEMA, Source
from makegood.trust.policy.words import (
    Act,
    Consent,
    DeviceTrust,
    Network,
    PrincipalKind,
    Purpose,
    ResourceKind,
    Role,
    SignIn,
)

ENTITY_TYPES: Mapping[ResourceKind, str] = {
    ResourceKind.CUSTOMER: "Customer",
    ResourceKind.PROPOSAL: "Proposal",
    ResourceKind.PROGRAMME: "Programme",
    ResourceKind.RUN: "Run",
    ResourceKind.KEYS: "Keys",
    ResourceKind.LOG: "Log",
    ResourceKind.STAFF: "Staff",
    ResourceKind.DEVICE: "Device",
    ResourceKind.POLICIES: "Policies",
    ResourceKind.STORE: "Store",
    ResourceKind.LEDGER: "Ledger",
    ResourceKind.VOUCHERS: "Vouchers",
    ResourceKind.CASE: "Case",
}

_LISTS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("Role", Role),
    ("PrincipalKind", PrincipalKind),
    ("Purpose", Purpose),
    ("Consent", Consent),
    ("DeviceTrust", DeviceTrust),
    ("SignIn", SignIn),
    ("Network", Network),
)

# Cedar writes a parsed schema in one form only, whatever the file looks like.
_ACTION = re.compile(
    r'^action "(?P<name>[^"]+)"(?: in \[(?P<groups>[^\]]*)\])?'
    r"(?P<applies> appliesTo \{\s*principal: \[[^\]]*\],\s*resource: \[(?P<resources>[^\]]*)\])?",
    re.MULTILINE,
)
_LIST = re.compile(r"^entity (?P<name>\w+) enum \[(?P<values>[^\]]*)\];", re.MULTILINE)
_NAME = re.compile(r'Action::"([^"]+)"')
_VALUE = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema: Cedar's handle, the acts with their resources, the groups with their acts."""

    handle: Schema
    resources: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, frozenset[str]]

    def acts_named(self, name: str) -> frozenset[str]:
        """The acts that a name in a policy stands for: itself, or those of the group."""
        return frozenset({name}) if name in self.resources else self.groups.get(name, frozenset())


def read_shape(source: Source) -> Shape:
    """The checked schema. Raises MakegoodError MG761, or MG765 for every difference."""
    try:
        handle = Schema.from_str(source.text)
    except ValueError as error:
        message = str(error).removeprefix("error parsing schema: ").strip()
        raise MakegoodError(_syntax(source, message)) from error
    shape = _shape(handle)
    findings = [*_acts_differ(source, shape), *_lists_differ(source, str(handle))]
    if findings:
        raise MakegoodError(findings)
    return shape


def _syntax(source: Source, message: str) -> Finding:
    """Cedar names the place of an error in a schema only by the word that is wrong."""
    hint = "mend the schema; the language is described at docs.cedarpolicy.com/schema"
    named = message.rpartition(": ")[2].strip("`")
    at = [found.start() for found in re.finditer(rf"\b{re.escape(named)}\b", source.text)]
    place = source.place(at[0], len(named)) if len(at) == 1 else source.place(0)
    return Finding("MG761", f"the schema cannot be read: {message}", hint, place)


def _shape(handle: Schema) -> Shape:
    resources: dict[str, tuple[str, ...]] = {}
    above: dict[str, tuple[str, ...]] = {}
    for action in _ACTION.finditer(str(handle)):
        above[action["name"]] = tuple(_NAME.findall(action["groups"] or ""))
        if action["applies"]:
            resources[action["name"]] = tuple(
                kind.strip() for kind in action["resources"].split(",") if kind.strip()
            )
    groups: dict[str, set[str]] = {name: set() for name in above if name not in resources}
    for act in resources:
        for group in _all_above(act, above):
            groups[group].add(act)
    return Shape(handle, resources, {name: frozenset(acts) for name, acts in groups.items()})


def _all_above(name: str, above: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for group in above[name]:
        yield group
        yield from _all_above(group, above)


def _acts_differ(source: Source, shape: Shape) -> Iterator[Finding]:
    acts, declared = {act.value for act in Act}, set(shape.resources)
    for act in sorted(acts - declared):
        yield Finding(
            "MG765",
            f"the program has the act '{act}', the schema has not",
            f"declare it in {SCHEMA}, with what it applies to",
            source.place(0),
        )
    for act in sorted(declared - acts):
        yield Finding(
            "MG765",
            f"the schema declares the act '{act}', which the program does not have",
            "take it out; an act that only groups others applies to nothing",
            _where(source, act),
        )
    known = set(ENTITY_TYPES.values())
    for act in sorted(acts & declared):
        for kind in shape.resources[act]:
            if kind not in known:
                yield Finding(
                    "MG765",
                    f"the act '{act}' applies to '{kind}', which the program does not have",
                    f"it has {', '.join(sorted(known))}",
                    _where(source, act),
                )


def _lists_differ(source: Source, rendered: str) -> Iterator[Finding]:
    declared = {
        found["name"]: _VALUE.findall(found["values"]) for found in _LIST.finditer(rendered)
    }
    for name, words in _LISTS:
        ours, theirs = {word.value for word in words}, set(declared.get(name, ()))
        if ours != theirs:
            lacking, more = sorted(ours - theirs), sorted(theirs - ours)
            parts = [f"it lacks {', '.join(lacking)}"] if lacking else []
            parts += [f"the program does not have {', '.join(more)}"] if more else []
            hint = f"declare 'entity {name} enum […]' with exactly: {', '.join(sorted(ours))}"
            message = f"the list '{name}' of the schema is another: {'; '.join(parts)}"
            yield Finding("MG765", message, hint, _where(source, name))


def _where(source: Source, word: str) -> Place:
    found = re.search(rf"\b{re.escape(word)}\b", source.text)
    return source.place(found.start(), len(word)) if found else source.place(0)
