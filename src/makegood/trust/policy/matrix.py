"""The table of who may do what under which conditions, made from the policies alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from makegood.trust.policy.checking import Policy
from makegood.trust.policy.naming import act_name, role_name
from makegood.trust.policy.policy_set import PolicySet
from makegood.trust.policy.words import Act, Role

_HEADS = {
    "ko": ("일", "조건", "정책", "적용", "거절할 때의 말", "모든 일", "누구나"),
    "en": ("act", "conditions", "policy", "holds for", "what it says", "every act", "everybody"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An act: the roles that may do it, and the conditions of it that not every act has.

    ``conditions_of_roles`` hold for single roles only, of those that may.
    """

    act: Act
    roles: frozenset[Role]
    conditions: tuple[Policy, ...]
    conditions_of_roles: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All acts in their order, the conditions of every act (of one role or all), all conditions."""

    rows: tuple[Row, ...]
    always: tuple[Policy, ...]
    conditions: tuple[Policy, ...]


def matrix_of(policies: PolicySet) -> Matrix:
    """Who may do what, under which conditions."""
    conditions = tuple(policy for policy in policies.policies if not policy.permits)
    every = frozenset(Act)
    always = tuple(policy for policy in conditions if policy.acts == every)
    rows = tuple(_row(policies, act, always) for act in Act)
    return Matrix(rows, always, conditions)


def _row(policies: PolicySet, act: Act, always: tuple[Policy, ...]) -> Row:
    roles = policies.who_may(act)
    named = [p for p in policies.policies if not p.permits and act in p.acts and p not in always]
    return Row(
        act,
        roles,
        tuple(p for p in named if p.roles is None),
        tuple(p for p in named if p.roles is not None and p.roles & roles),
    )


def markdown_of(matrix: Matrix, language: str) -> str:
    """The table as Markdown in ``ko`` or ``en``, with a legend of all conditions."""
    act, conditions, policy, holds_for, says, every_act, everybody = _HEADS[language]
    roles = [role_name(role, language) for role in Role]
    lines = [_line([act, *roles, conditions]), _line(["---"] + [":-:"] * len(roles) + ["---"])]
    for row in matrix.rows:
        marks = ["✓" if role in row.roles else "" for role in Role]
        name = f"{act_name(row.act, language)} `{row.act}`"
        lines.append(_line([name, *marks, ", ".join(_conditions(row, language))]))
    lines += ["", _line([policy, holds_for, says]), _line(["---"] * 3)]
    for condition in matrix.conditions:
        who = _who(condition, language, everybody)
        if condition in matrix.always:
            who = f"{who}, {every_act}"
        lines.append(_line([f"`{condition.policy_id}`", who, condition.words[language]]))
    return "\n".join(lines) + "\n"


def _conditions(row: Row, language: str) -> Iterator[str]:
    for policy in row.conditions:
        yield f"`{policy.policy_id}`"
    for policy in row.conditions_of_roles:
        yield f"`{policy.policy_id}` ({_who(policy, language, '')})"


def _who(policy: Policy, language: str, everybody: str) -> str:
    if policy.roles is None:
        return everybody
    return ", ".join(role_name(role, language) for role in Role if role in policy.roles)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
