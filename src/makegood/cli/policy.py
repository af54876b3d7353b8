"""``policy check | table | explain``: who may do what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, show_findings, table
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.trust.policy import Matrix, Policy, PolicySet

commands = typer.Typer(help="Policies: who may do what, and why not.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Argument(metavar="FOLDER", help="The policies; those of the settings else."),
]
PolicyLanguage = Annotated[
    str, typer.Option("--lang", metavar="LANGUAGE", help="ko or en.", show_default=True)
]


@commands.command()
def check(folder: Folder = None, json_wanted: Json = False) -> None:
    """Check a folder of policies: syntax, schema, words, and every case of its cases.yaml.

    Example: `makegood policy check policies`
    """
    from makegood.trust.policy import check_cases, read_cases

    expect_json(json_wanted)
    place, policies = _loaded(folder)
    cases = read_cases(place, policies)
    findings = check_cases(policies, cases)
    if json_wanted:
        answer(
            {
                "ok": not findings,
                "folder": str(place),
                "version": policies.version,
                "policies": len(policies.policies),
                "cases": len(cases),
                "findings": [finding.as_json() for finding in findings],
            }
        )
    elif not findings:
        out.print(
            f"{place}: {len(policies.policies)} policies, {len(cases)} cases; "
            f"version {policies.version[:12]}"
        )
    if findings:
        show_findings(findings)
        raise typer.Exit(FINDING)


@commands.command("table")
def show_table(
    folder: Folder = None, language: PolicyLanguage = "en", json_wanted: Json = False
) -> None:
    """Show who may do what, and under which conditions.

    Example: `makegood policy table --lang ko`
    """
    from makegood.trust.policy import matrix_of

    expect_json(json_wanted)
    language = _known(language)
    place, policies = _loaded(folder)
    matrix = matrix_of(policies)
    if json_wanted:
        answer({"folder": str(place), "version": policies.version, **_matrix(matrix, language)})
    else:
        _show_matrix(matrix, language)


@commands.command()
def explain(
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="Whose role.")],
    act: Annotated[str, typer.Option("--act", metavar="ACT", help="Which act.")],
    folder: Folder = None,
    language: PolicyLanguage = "en",
    json_wanted: Json = False,
) -> None:
    """Explain whether a role may do an act, and what must hold for it.

    Example: `makegood policy explain --role shop_agent --act reveal`
    """
    from makegood.trust.policy import Act, Role, act_name, role_name

    expect_json(json_wanted)
    language = _known(language)
    who = Role(_one_of("role", role, [known.value for known in Role]))
    what = Act(_one_of("act", act, [known.value for known in Act]))
    _, policies = _loaded(folder)
    permits = policies.permits_of(who, what)
    conditions = policies.conditions_of(what, who) if permits else ()
    others = [other for other in Role if other in policies.who_may(what)]
    if json_wanted:
        answer(
            {
                "role": who.value,
                "act": what.value,
                "may": bool(permits),
                "permitted_by": [_policy(policy, language) for policy in permits],
                "conditions": [_policy(policy, language) for policy in conditions],
                "roles_that_may": [other.value for other in others],
            }
        )
        return
    name, done = role_name(who, language), act_name(what, language)
    if not permits:
        may = ", ".join(role_name(other, language) for other in others) or "–"
        out.print(
            f"{name} · {done}: 할 수 없습니다. 할 수 있는 역할: {may}"
            if language == "ko"
            else f"{name} · {done}: no. Roles that may: {may}"
        )
        return
    allowed = (
        "다음에 걸리지 않으면 할 수 있습니다" if language == "ko" else "yes, unless refused by"
    )
    out.print(f"{name} · {done}: {allowed}")
    _show_conditions(conditions, language)


def _loaded(folder: Path | None) -> tuple[Path, PolicySet]:
    from makegood.trust.policy import PolicySet

    if folder is None:
        from makegood.configuration import Settings

        folder = Settings.load().policies
    return folder, PolicySet.load(folder)


def _known(language: str) -> str:
    from makegood.trust.policy import LANGUAGES

    if language not in LANGUAGES:
        hint = did_you_mean(language, LANGUAGES) or f"they speak {', '.join(LANGUAGES)}"
        raise MakegoodError(Finding("MG616", f"the policies do not speak '{language}'", hint))
    return language


def _one_of(kind: str, word: str, known: list[str]) -> str:
    if word not in known:
        hint = did_you_mean(word, known) or f"one of: {', '.join(known)}"
        raise typer.BadParameter(f"no such {kind}: '{word}'; {hint}", param_hint=f"--{kind}")
    return word


def _policy(policy: Policy, language: str) -> dict[str, Any]:
    place = policy.statement.place()
    return {
        "id": policy.policy_id,
        "says": policy.words[language],
        "roles": sorted(policy.roles) if policy.roles is not None else None,
        "file": place.file,
        "line": place.line,
    }


def _matrix(matrix: Matrix, language: str) -> dict[str, Any]:
    return {
        "acts": [
            {
                "act": row.act.value,
                "roles": sorted(row.roles),
                "conditions": [
                    policy.policy_id
                    for policy in (*matrix.always, *row.conditions, *row.conditions_of_roles)
                    if policy.roles is None or policy.roles & row.roles
                ],
            }
            for row in matrix.rows
        ],
        "conditions": [_policy(policy, language) for policy in matrix.conditions],
    }


def _show_matrix(matrix: Matrix, language: str) -> None:
    from makegood.trust.policy import Role, act_name, role_name

    heads = ["일", "역할", "조건"] if language == "ko" else ["act", "roles", "conditions"]
    title = "누가 무엇을 할 수 있는가" if language == "ko" else "who may do what"
    shown = table(title, heads)
    for row in matrix.rows:
        conditions = [p.policy_id for p in (*row.conditions, *row.conditions_of_roles)]
        roles = [role for role in Role if role in row.roles]
        shown.add_row(
            f"{act_name(row.act, language)}\n{row.act}",
            ", ".join(role_name(role, language) for role in roles) or "–",
            ", ".join(conditions) or "–",
        )
    out.print(shown)
    out.print("모든 일에:" if language == "ko" else "For every act:")
    _show_conditions(matrix.always, language)
    rest = [policy for policy in matrix.conditions if policy not in matrix.always]
    out.print("그 밖의 조건:" if language == "ko" else "The other conditions:")
    _show_conditions(rest, language)


def _show_conditions(policies: tuple[Policy, ...] | list[Policy], language: str) -> None:
    heads = ["정책", "거절할 때의 말"] if language == "ko" else ["policy", "what it says"]
    shown = table("", heads)
    for policy in policies:
        shown.add_row(policy.policy_id, policy.words[language])
    out.print(shown)
