"""Cases as text: who asks for what under which circumstances, and what must come of it.

``cases.yaml`` lies beside the policies. ``usual`` holds named starting points, each a set of
circumstances; a case names one, says what is different, and what is expected: ``permitted``, or
the ids of all policies that refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from makegood.kernel import Finding, MakegoodError, Place, did_you_mean
from makegood.trust.policy.policy_set import PolicySet
from makegood.trust.policy.request import Circumstances, Principal, Resource, Ruling
from makegood.trust.policy.words import (
    Act,
    Consent,
    DeviceTrust,
    Network,
    PrincipalKind,
    Purpose,
    Role,
    SignIn,
)

CASES = "cases.yaml"
_USUAL_IDS: Mapping[PrincipalKind, str] = {
    PrincipalKind.STAFF: "17",
    PrincipalKind.CONSOLE: "kim",
    PrincipalKind.SYSTEM: "worker",
    PrincipalKind.CUSTOMER: "C0001",
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(_Section):
    """Circumstances; what is not said comes from the usual ones, or is the least trusted."""

    roles: tuple[Role, ...] | None = None
    staff_id: str | None = None
    active: bool | None = None
    kind: PrincipalKind | None = None
    resource: str | None = None
    owner: str | None = None
    concerns: str | None = None
    purpose: Purpose | None = None
    case: str | None = None
    consent: Consent | None = None
    device: DeviceTrust | None = None
    sign_in_strength: SignIn | None = None
    sign_in_age_seconds: int | None = None
    network: Network | None = None
    local_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    proposed_by: str | None = None
    approved: bool | None = None


class CaseText(Given):
    """One case: a starting point, differences, what must come of it, and why in a few words."""

    usual: str
    act: Act
    permitted: bool = False
    refused_by: tuple[str, ...] = ()
    because: Annotated[str, Field(min_length=3)]

    @model_validator(mode="after")
    def _one_outcome(self) -> CaseText:
        if self.permitted == bool(self.refused_by):
            raise ValueError("a case is either 'permitted: true' or has 'refused_by'")
        return self


class CaseFile(_Section):
    """The whole file."""

    usual: dict[str, Given]
    cases: tuple[CaseText, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A case ready to be asked, and where it stands in its file."""

    number: int
    principal: Principal
    act: Act
    resource: Resource
    circumstances: Circumstances
    refused_by: frozenset[str]
    because: str
    place: Place | None

    def ruling(self, policies: PolicySet) -> Ruling:
        """What the policies say."""
        return policies.decide(self.principal, self.act, self.resource, self.circumstances)

    def holds(self, policies: PolicySet) -> bool:
        """Whether they say what the case expects: permitted, or refused by exactly these."""
        ruling = self.ruling(policies)
        if not self.refused_by:
            return ruling.allowed
        return not ruling.allowed and frozenset(ruling.policy_ids) == self.refused_by


def read_cases(folder: Path, policies: PolicySet) -> tuple[Case, ...]:
    """The cases of the folder's ``cases.yaml``; none where there is no such file.

    Raises MakegoodError MG766 where the file is not what it should be.
    """
    path = folder / CASES
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8")
        tree = YAML(typ="rt").load(text)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        first = str(error).splitlines()[0]
        message = f"{path} cannot be read: {first}"
        raise MakegoodError(Finding("MG766", message, _MEND)) from error
    places = _Places(str(path), tree, text.splitlines())
    try:
        file = CaseFile.model_validate(tree)
    except ValidationError as error:
        raise MakegoodError(
            Finding("MG766", f"{_path(one['loc'])}: {one['msg']}", _MEND, places.of(one["loc"]))
            for one in error.errors()
        ) from error
    return tuple(_cases(file, policies, places))


def check_cases(policies: PolicySet, cases: Iterable[Case]) -> list[Finding]:
    """MG766 for every case that comes out otherwise than it says."""
    return [_otherwise(case, policies) for case in cases if not case.holds(policies)]


_MEND = "mend the file; docs/policy.md says what a case is made of"


class _Places:
    """Where the parts of the YAML tree stand."""

    def __init__(self, file: str, tree: Any, lines: list[str]) -> None:  # noqa: ANN401 - YAML
        self._file = file
        self._tree = tree
        self._lines = lines

    def of(self, path: Sequence[str | int]) -> Place | None:
        """The line of the deepest part of the path that is in the file."""
        node, line = self._tree, None
        for step in path:
            try:
                at = node.lc.item(step) if isinstance(step, int) else node.lc.key(step)
                node = node[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
            line = at[0]
        if line is None:
            return None
        text = self._lines[line]
        return Place(self._file, line + 1, len(text) - len(text.lstrip()) + 1, 1, text)


def _path(path: Sequence[str | int]) -> str:
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in path) or "the file"


def _otherwise(case: Case, policies: PolicySet) -> Finding:
    ruling = case.ruling(policies)
    expected = _outcome(case.refused_by)
    came = _outcome(() if ruling.allowed else ruling.policy_ids)
    message = f"case {case.number} ({case.because}): should be {expected}, is {came}"
    hint = "mend the policies, or the case where what it says is no longer meant"
    return Finding("MG766", message, hint, case.place)


def _outcome(refused_by: Iterable[str]) -> str:
    ids = ", ".join(sorted(refused_by))
    return f"refused by {ids}" if ids else "permitted"


def _cases(file: CaseFile, policies: PolicySet, places: _Places) -> Iterator[Case]:
    findings = []
    for index, case in enumerate(file.cases):
        place = places.of(("cases", index))
        unknown = sorted(set(case.refused_by) - policies.ids)
        if case.usual not in file.usual:
            hint = f"one of: {', '.join(file.usual)}"
            message = f"no usual circumstances '{case.usual}'"
            findings.append(Finding("MG766", message, hint, place))
        elif unknown:
            hint = did_you_mean(unknown[0], policies.ids) or "makegood policy table lists them"
            message = f"no policy '{unknown[0]}'"
            findings.append(Finding("MG766", message, hint, place))
        else:
            yield _case(index + 1, case, file.usual[case.usual], policies, place)
    if findings:
        raise MakegoodError(findings)


def _case(
    number: int, case: CaseText, usual: Given, policies: PolicySet, place: Place | None
) -> Case:
    outcome = {"usual", "act", "permitted", "refused_by", "because"}
    said = usual.model_dump(exclude_unset=True)
    said |= case.model_dump(exclude_unset=True, exclude=outcome)
    kind = said.pop("kind", PrincipalKind.STAFF)
    principal = Principal(
        staff_id=said.pop("staff_id", _USUAL_IDS[kind]),
        roles=frozenset(said.pop("roles", ())),
        active=said.pop("active", True),
        kind=kind,
    )
    named: tuple[str, ...] = ("owner", "concerns")
    attributes = {name: str(said.pop(name)) for name in named if name in said}
    resource = Resource(policies.kinds_of(case.act)[0], said.pop("resource", "X1"), attributes)
    return Case(
        number=number,
        principal=principal,
        act=case.act,
        resource=resource,
        circumstances=Circumstances(**said),
        refused_by=frozenset(case.refused_by),
        because=case.because,
        place=place,
    )
