"""Policies read from their statements, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cedarpy import policies_to_pst, validate_policies
from cedarpy.pst import ActionEq, ActionIn, ScopeAny, ScopeIn, Template, Unless, When

from makegood.kernel import Finding, MakegoodError
from makegood.trust.policy.naming import in_both
from makegood.trust.policy.shape import Shape
from makegood.trust.policy.source import Folder, Statement, statements
from makegood.trust.policy.words import Act, Role

_ANNOTATIONS = ("id", "because_ko", "because_en")
_ID = re.compile(r"[a-z][a-z0-9_]{2,59}")
_QUOTED = re.compile(r"`(?:\w+::)?\"?([^`\"]+)\"?`")
_POLICY = re.compile(r"^for policy `policy0`[,:] ")
_FOLLOWS = "unable to find an applicable action"
_CONTEXT_OF = re.compile(r" in context for Action::\"\w+\"")
RESERVED_IDS = frozenset({"no_role_permits", "not_judged"})


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its id, its words, and whom and what its head names.

    ``roles`` is None where it holds for everybody. ``statement`` is its text and place.
    """

    policy_id: str
    words: Mapping[str, str]
    permits: bool
    roles: frozenset[Role] | None
    acts: frozenset[Act]
    statement: Statement

    def applies(self, role: Role, act: Act) -> bool:
        """Whether the head of the policy names the role and the act."""
        return act in self.acts and (self.roles is None or role in self.roles)


def read_policies(folder: Folder, shape: Shape) -> tuple[Policy, ...]:
    """All policies of the folder, or MakegoodError with every finding: MG761 to MG764."""
    findings: list[Finding] = []
    policies: list[Policy] = []
    for source in folder.policies:
        for statement in statements(source):
            read, wrong = _read(statement, shape)
            findings += wrong
            policies += [read] if read else []
    findings += _twice(policies)
    if findings:
        raise MakegoodError(findings)
    return tuple(policies)


def _read(statement: Statement, shape: Shape) -> tuple[Policy | None, list[Finding]]:
    try:
        parsed = policies_to_pst(statement.text)
    except ValueError as error:
        return None, [_syntax(statement, str(error))]
    if len(parsed.static_policies) != 1:
        message = "a template, or nothing: each statement is one policy without slots"
        return None, [Finding("MG761", message, _LANGUAGE, statement.place())]
    tree = parsed.static_policies["policy0"]
    findings = [*_form(tree, statement), *_misfits(statement, shape)]
    if findings:
        return None, findings
    return _policy(tree, statement, shape), []


_LANGUAGE = "mend the policy; the language is described at docs.cedarpolicy.com/policies/syntax"


def _syntax(statement: Statement, message: str) -> Finding:
    """Cedar's parser names what it met, not where: the place is the policy's, or that word's."""
    told = message.strip().splitlines()[0]
    met = re.search(r"`([^`]+)`", told)
    words = [met[1]] if met and statement.text.count(met[1]) == 1 else []
    if "duplicate annotation" in told:
        words = [told.rpartition(" ")[2]]
    message = f"the policy cannot be read: {told}"
    return Finding("MG761", message, _LANGUAGE, statement.place(*words))


def _form(tree: Template, statement: Statement) -> Iterator[Finding]:
    """Words and id; a permit without conditions; a forbid with exactly one `unless`."""
    for name in _ANNOTATIONS:
        if not tree.annotations.get(name, "").strip():
            hint = f'write @{name}("…") before the policy: {_WHY[name]}'
            yield Finding("MG763", f"a policy without @{name}", hint, statement.place())
    for name in sorted(set(tree.annotations) - set(_ANNOTATIONS)):
        hint = f"it has {', '.join('@' + known for known in _ANNOTATIONS)}"
        yield Finding("MG763", f"an unknown annotation @{name}", hint, statement.place(f"@{name}"))
    name = tree.annotations.get("id", "")
    if name and (not _ID.fullmatch(name) or name in RESERVED_IDS):
        hint = "small letters, digits and _, 3 to 60, a letter first; not a name of the program's"
        yield Finding("MG763", f"'{name}' cannot be an id", hint, statement.place(name))
    yield from _clauses(tree, statement)
    if isinstance(tree.principal, ScopeAny) and tree.effect == "forbid":
        return
    if not isinstance(tree.principal, ScopeIn):
        hint = 'write: principal in Role::"…"'
        yield Finding(
            "MG763", "a policy for others than a role", hint, statement.place("principal")
        )


def _clauses(tree: Template, statement: Statement) -> Iterator[Finding]:
    conditions = sum(isinstance(clause, Unless) for clause in tree.clauses)
    occasions = sum(isinstance(clause, When) for clause in tree.clauses)
    if tree.effect == "permit":
        if tree.clauses:
            hint = "a condition is a policy of its own: forbid (…) unless { … }"
            yield Finding("MG763", "a permit with a condition", hint, statement.place("when"))
        if isinstance(tree.action, ScopeAny):
            hint = "name the acts: action in [ … ]"
            yield Finding("MG763", "a permit of every act", hint, statement.place("action"))
    elif conditions != 1 or occasions > 1:
        hint = "one condition a policy: forbid (…) unless { … }, perhaps with one when { … }"
        message = f"a forbid with {conditions} 'unless' and {occasions} 'when'"
        yield Finding("MG763", message, hint, statement.place("forbid"))


_WHY = {
    "id": "the log names it",
    "because_ko": "what a refused member reads in Korean",
    "because_en": "what a refused member reads in English",
}


def _misfits(statement: Statement, shape: Shape) -> Iterator[Finding]:
    """What Cedar's validator finds, each thing once."""
    told: set[str] = set()
    for error in validate_policies(statement.text, shape.handle).errors:
        message = _CONTEXT_OF.sub(" in the circumstances", _POLICY.sub("", error.error))
        message = message.strip().splitlines()[0]
        if message in told or (told and message.startswith(_FOLLOWS)):
            continue
        told.add(message)
        place = statement.place(*_QUOTED.findall(message))
        hint = "schema.cedarschema says what there is; mend the policy, or the schema and program"
        yield Finding("MG762", f"the policy does not fit the schema: {message}", hint, place)


def _policy(tree: Template, statement: Statement, shape: Shape) -> Policy:
    words = in_both(tree.annotations["because_ko"], tree.annotations["because_en"])
    return Policy(
        policy_id=tree.annotations["id"],
        words=words,
        permits=tree.effect == "permit",
        roles=_roles(tree),
        acts=_acts(tree, shape),
        statement=statement,
    )


def _roles(tree: Template) -> frozenset[Role] | None:
    if isinstance(tree.principal, ScopeIn):
        return frozenset({Role(getattr(tree.principal.entity, "id", ""))})
    return None


def _acts(tree: Template, shape: Shape) -> frozenset[Act]:
    match tree.action:
        case ActionEq(entity=entity):
            names = shape.acts_named(entity.id)
        case ActionIn(entities=entities):
            names = frozenset[str]().union(*(shape.acts_named(one.id) for one in entities))
        case _:
            names = frozenset(shape.resources)
    kinds = _kind_of(tree)
    return frozenset(Act(name) for name in names if kinds is None or kinds in shape.resources[name])


def _kind_of(tree: Template) -> str | None:
    kind = getattr(tree.resource, "entity_type", None)
    return str(kind) if kind is not None else None


def _twice(policies: Iterable[Policy]) -> Iterator[Finding]:
    first: dict[str, Policy] = {}
    for policy in policies:
        other = first.setdefault(policy.policy_id, policy)
        if other is not policy:
            message = (
                f"the id '{policy.policy_id}' stands twice; first at {other.statement.place()}"
            )
            hint = "give each policy an id of its own: the log names policies by it"
            yield Finding("MG764", message, hint, policy.statement.place(policy.policy_id))
