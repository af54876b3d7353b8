"""The policies in force, and the decision.

Everything that does not change is parsed once. A request is small: the principal, the resource
and the circumstances, checked against the schema by Cedar with every request. What cannot be
judged is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import cedarpy

from makegood.trust.policy.checking import Policy, read_policies
from makegood.trust.policy.naming import in_both, role_name
from makegood.trust.policy.request import Circumstances, Principal, Reason, Resource, Ruling
from makegood.trust.policy.shape import ENTITY_TYPES, Shape, read_shape
from makegood.trust.policy.source import read_folder
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

NO_ROLE_PERMITS = "no_role_permits"
NOT_JUDGED = "not_judged"
PRINCIPALS_KEPT = 4096
HANDLES_KEPT = 2048
RULINGS_KEPT = 2048
_ANNOTATION = re.compile(r'@\w+\s*\(\s*"(?:[^"\\]|\\.)*"\s*\)')
_CONSENT_WORD = re.compile(r"\bconsent\b")
# What could tell one customer's name from another's otherwise than by comparing two of a request.
_NAMED = re.compile(r"\bactor\b|\blike\b|\b(?:Customer|Member)\b|\bhasTag\b|\bgetTag\b|\\")


class PolicySet:
    """Checked policies with their schema; made by ``load`` or ``of``."""

    def __init__(self, policies: Sequence[Policy], shape: Shape, version: str) -> None:
        self.policies = tuple(policies)
        self.version = version
        self._shape = shape
        self._handle = lru_cache(maxsize=HANDLES_KEPT)(self._handle_for)
        self._member = lru_cache(maxsize=PRINCIPALS_KEPT)(
            lambda principal: cedarpy.Entities.from_json_str(
                f"[{_member(principal)}]", self._shape.handle
            )
        )
        self._reasons = {policy.policy_id: _reason(policy) for policy in policies}
        self._who_may = {
            act: frozenset(
                role
                for policy in policies
                if policy.permits and act in policy.acts
                for role in policy.roles or ()
            )
            for act in Act
        }
        self._by_consent = _acts_that_mention(_CONSENT_WORD, policies)
        self._by_name = _acts_that_mention(_NAMED, policies)
        self._ruling_alike = lru_cache(maxsize=RULINGS_KEPT)(self._ruling)
        self._nobody = {act: _no_role(roles) for act, roles in self._who_may.items()}

    @classmethod
    def load(cls, folder: Path) -> PolicySet:
        """The policies of a folder. Raises MakegoodError MG760 to MG765 with everything wrong."""
        texts = read_folder(folder)
        shape = read_shape(texts.schema)
        return cls(read_policies(texts, shape), shape, texts.version)

    @property
    def ids(self) -> frozenset[str]:
        """Every id that a ruling may name."""
        return frozenset(self._reasons) | {NO_ROLE_PERMITS, NOT_JUDGED}

    def without(self, policy_id: str) -> PolicySet:
        """The same without one policy, to see what it is there for."""
        rest = [policy for policy in self.policies if policy.policy_id != policy_id]
        return PolicySet(rest, self._shape, f"{self.version} without {policy_id}")

    def who_may(self, act: Act) -> frozenset[Role]:
        """The roles that may do the act, where every condition holds."""
        return self._who_may[act]

    def asks_consent(self, act: Act) -> bool:
        """Whether a policy about the act may look at the customer's consent."""
        return act in self._by_consent

    def permits_of(self, role: Role, act: Act) -> tuple[Policy, ...]:
        """The policies that allow the role the act."""
        return tuple(p for p in self.policies if p.permits and p.applies(role, act))

    def conditions_of(self, act: Act, role: Role | None = None) -> tuple[Policy, ...]:
        """What must hold for the act: for everybody, and for the role where one is named."""
        return tuple(
            policy
            for policy in self.policies
            if not policy.permits
            and act in policy.acts
            and (policy.roles is None or (role is not None and role in policy.roles))
        )

    def kinds_of(self, act: Act) -> tuple[ResourceKind, ...]:
        """What the act may be done to."""
        types = self._shape.resources[act]
        return tuple(kind for kind, name in ENTITY_TYPES.items() if name in types)

    def decide(
        self, principal: Principal, act: Act, resource: Resource, circumstances: Circumstances
    ) -> Ruling:
        """Allowed, or refused with every condition that failed. Never raises for a request.

        Customers who ask the same under the same circumstances are ruled on once: where no policy
        about the act knows a customer by name, only whether it is their own counts.
        """
        if (
            principal.kind is PrincipalKind.CUSTOMER
            and resource.kind is ResourceKind.CUSTOMER
            and act not in self._by_name
            and not (resource.attributes or circumstances.proposed_by)
            and _is_ordinary(principal.active, circumstances)
            and _is_plain(principal.staff_id)
            and _is_plain(resource.id)
        ):
            whose = _SELF if resource.id == principal.staff_id else _OTHER
            alike = Principal(_SELF, principal.roles, principal.active, principal.kind)
            return self._ruling_alike(alike, act, Resource(resource.kind, whose), circumstances)
        return self._ruling(principal, act, resource, circumstances)

    def _ruling(
        self, principal: Principal, act: Act, resource: Resource, circumstances: Circumstances
    ) -> Ruling:
        try:
            answer = self._ask(principal, act, resource, circumstances)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            return Ruling(allowed=False, reasons=(_NOT_JUDGED,), errors=(str(error),))
        diagnostics = answer.diagnostics
        if diagnostics.errors:
            return Ruling(allowed=False, reasons=(_NOT_JUDGED,), errors=tuple(diagnostics.errors))
        ids = set(diagnostics.id_annotations_by_reason.values())
        # In the order of the files, whatever order Cedar found them in.
        reasons = tuple(reason for name, reason in self._reasons.items() if name in ids)
        if answer.allowed:
            return Ruling(allowed=True, reasons=reasons)
        if self._who_may[act].isdisjoint(principal.roles):
            reasons = (self._nobody[act], *reasons)
        return Ruling(allowed=False, reasons=reasons or (_NOT_JUDGED,))

    def _ask(
        self, principal: Principal, act: Act, resource: Resource, circumstances: Circumstances
    ) -> cedarpy.AuthzResult:
        kind = ENTITY_TYPES[resource.kind]
        return cedarpy.is_authorized(
            {
                "principal": {"type": "Member", "id": principal.actor},
                "action": {"type": "Action", "id": act.value},
                "resource": {"type": kind, "id": resource.id},
                "context": _context(circumstances),
            },
            self._handle(act, principal.roles),
            self._entities(principal, resource),
            self._shape.handle,
        )

    def _handle_for(self, act: Act, roles: frozenset[Role]) -> cedarpy.PolicySet:
        """The policies whose head names the act and a role held: no other can be met."""
        return cedarpy.PolicySet.from_str(
            "\n".join(
                policy.statement.text
                for policy in self.policies
                if act in policy.acts and (policy.roles is None or policy.roles & roles)
            )
        )

    def _entities(self, principal: Principal, resource: Resource) -> cedarpy.Entities | str:
        """Only a resource with attributes is told apart from its name."""
        if resource.kind is ResourceKind.STAFF:
            thing = _entity("Staff", resource.id, {"actor": f"staff:{resource.id}"})
        elif resource.attributes:
            thing = _entity(ENTITY_TYPES[resource.kind], resource.id, resource.attributes)
        else:
            # The same few hundred people ask again and again.
            return self._member(principal)
        return f"[{_member(principal)},{thing}]"


_SELF, _OTHER = "self", "other"


def _is_plain(name: str) -> bool:
    return bool(name) and name.isascii() and name.isprintable()


def _is_ordinary(active: object, said: Circumstances) -> bool:
    """Whether what is equal is also the same: not where 1 stands for True, or words are none."""
    numbers = type(said.local_hour) is int and type(said.sign_in_age_seconds) is int
    given = (said.purpose, said.case, said.consent, said.device, said.sign_in_strength)
    words = all(isinstance(word, str) for word in (*given, said.network))
    return numbers and words and type(active) is type(said.approved) is bool


def _acts_that_mention(word: re.Pattern[str], policies: Sequence[Policy]) -> frozenset[Act]:
    """The acts that a policy is about whose text, but for its annotations, has such a word."""
    return frozenset(
        act
        for policy in policies
        if word.search(_ANNOTATION.sub("", policy.statement.text))
        for act in policy.acts
    )


def _member(principal: Principal) -> str:
    attributes: dict[str, object] = {
        "active": principal.active,
        "actor": principal.actor,
        "kind": _value("PrincipalKind", principal.kind),
    }
    if principal.kind is PrincipalKind.CUSTOMER:
        attributes["customer"] = {"__entity": {"type": "Customer", "id": principal.staff_id}}
    return _entity("Member", principal.actor, attributes, principal.roles)


def _entity(
    kind: str, name: str, attributes: Mapping[str, object], roles: frozenset[Role] = frozenset()
) -> str:
    return json.dumps(
        {
            "uid": {"type": kind, "id": name},
            "attrs": attributes,
            "parents": [{"type": "Role", "id": role} for role in sorted(roles)],
        }
    )


def _context(circumstances: Circumstances) -> str:
    """The circumstances as Cedar reads them; what people wrote goes through the JSON writer."""
    said = circumstances
    approved = "true" if said.approved is True else "false"
    by = f',"proposed_by":{json.dumps(said.proposed_by)}' if said.proposed_by else ""
    return (
        f'{{"approved":{approved},"case":{json.dumps(said.case.strip())}'
        f',"consent":{_CONSENT.get(said.consent, _CONSENT["none"])}'
        f',"device":{_DEVICE.get(said.device, _DEVICE["unknown"])}'
        f',"local_hour":{json.dumps(said.local_hour)}'
        f',"network":{_NETWORK.get(said.network, _NETWORK["outside"])}'
        f',"purpose":{_PURPOSE.get(said.purpose, _PURPOSE["unknown"])}'
        f',"sign_in":{_SIGN_IN.get(said.sign_in_strength, _SIGN_IN["none"])}'
        f',"sign_in_age_seconds":{json.dumps(said.sign_in_age_seconds)}{by}}}'
    )


def _value(kind: str, word: str) -> dict[str, str]:
    # Cedar knows by the schema that an entity is meant: the long form takes it a fifth more time.
    return {"type": kind, "id": word}


def _values(kind: str, words: type[StrEnum]) -> dict[str, str]:
    """Each word of a list as Cedar reads it; what is not in here counts as the least."""
    return {word.value: json.dumps(_value(kind, word)) for word in words}


_CONSENT = _values("Consent", Consent)
_DEVICE = _values("DeviceTrust", DeviceTrust)
_NETWORK = _values("Network", Network)
_PURPOSE = _values("Purpose", Purpose)
_SIGN_IN = _values("SignIn", SignIn)


def _reason(policy: Policy) -> Reason:
    return Reason(policy.policy_id, policy.words)


def _no_role(roles: frozenset[Role]) -> Reason:
    """Nothing permits it: the roles that might."""
    if not roles:
        words = in_both("어떤 역할에도 허용되지 않은 일입니다.", "No role may do this.")
        return Reason(NO_ROLE_PERMITS, words)
    korean, english = (
        ", ".join(role_name(role, language) for role in Role if role in roles)
        for language in ("ko", "en")
    )
    return Reason(
        NO_ROLE_PERMITS,
        in_both(
            f"가진 역할로는 할 수 없는 일입니다. 할 수 있는 역할: {korean}.",
            f"None of the roles held may do this. It is for: {english}.",
        ),
    )


_NOT_JUDGED = Reason(
    NOT_JUDGED,
    in_both(
        "요청을 판단할 수 없어 거절했습니다. 운영자에게 알리십시오.",
        "The request could not be judged and is refused. Tell the operator.",
    ),
)
