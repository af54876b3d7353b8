"""``makegood case``: support cases: listed, shown, opened, noted, handed over, closed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from enum import StrEnum

    from makegood.cases import Case

commands = typer.Typer(
    help="Support cases: opened, worked on, handed over, closed.", no_args_is_help=True
)

_CUSTOMER_REQUEST = "customer_request"

Number = Annotated[str, typer.Argument(metavar="CASE", help="The case number: K7RM-29QH.")]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="PURPOSE", help="By the case's kind where not named.")
]


@commands.command("list")
def list_cases(
    state: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATE", help="Only in these states.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Only of this kind.")] = "",
    customer: Annotated[
        str, typer.Option("--customer", metavar="ID", help="Only of this customer.")
    ] = "",
    tag: Annotated[str, typer.Option("--tag", metavar="WORD", help="Only with this tag.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what should be done.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="At most so many.")] = 100,
    json_wanted: Json = False,
) -> None:
    """List cases, the newest first.

    Example: `makegood case list --state open --overdue`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import cases

        found = cases.cases(
            visitor,
            states=[_named(cases.CaseState, word, "state") for word in state or ()],
            kind=_named(cases.CaseKind, kind, "kind") if kind else None,
            customer_id=customer,
            tag=tag,
            is_overdue=overdue,
            limit=limit,
        )
    if json_wanted:
        answer({"ok": True, "cases": [_as_json(case) for case in found]})
        return
    shown = table("", ("case", "kind", "state", "subject", "customer", "team", "due"))
    for case in found:
        due = local_minute(case.due_at) if case.due_at else ""
        words = (case.number, case.kind, case.state, case.subject, case.customer_id, case.team, due)
        shown.add_row(*words)
    out.print(shown if found else "no cases")


@commands.command()
def show(number: Number, purpose: Purpose = "", json_wanted: Json = False) -> None:
    """Show a case and what happened to it; never what was written: the pages show it.

    Example: `makegood case show K7RM-29QH`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.cases import case_shown

        case, history = case_shown(visitor, number, purpose=purpose)
    events = [
        {
            "number": event.number,
            "at": event.at.isoformat(),
            "step": event.step.value,
            "state": event.after.value,
            "by": event.by,
            "detail": event.detail,
            "note": event.note_id is not None,
        }
        for event in history
    ]
    if json_wanted:
        answer({"ok": True, "case": _as_json(case), "history": events})
        return
    told = table(case.number, ("what", ""))
    for name, value in _as_json(case).items():
        at = getattr(case, name, None)
        words = ", ".join(value) if isinstance(value, list) else value
        words = local_minute(at) if isinstance(at, datetime) else words
        told.add_row(name, "" if words is None else str(words))
    out.print(told)
    shown = table("history", ("no.", "at", "step", "state", "by", "detail"))
    for event in history:
        words = (local_minute(event.at), event.step, event.after, event.by)
        shown.add_row(str(event.number), *words, event.detail)
    out.print(shown)
    written = sum(event.note_id is not None for event in history)
    if written:
        out.print(f"{written} notes are shown on the pages for staff")


@commands.command("open")
def open_one(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name: kt-2025.")],
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="question, objection, exception or complaint."),
    ],
    customer: Annotated[
        str, typer.Option("--customer", metavar="ID", help="The customer's pseudonym.")
    ] = "",
    through: Annotated[
        str, typer.Option("--through", metavar="WAY", help="web, call_centre, shop or letter.")
    ] = "letter",
    subject: Annotated[
        str, typer.Option("--subject", metavar="TEXT", help="In a line; nobody's data.")
    ] = "",
    line: Annotated[str, typer.Option("--line", metavar="LINE", help="About which line.")] = "",
    receipt: Annotated[
        str, typer.Option("--receipt", metavar="RECEIPT", help="About which claim.")
    ] = "",
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="What was said; nobody's data.")
    ] = "",
    purpose: Purpose = "",
    json_wanted: Json = False,
) -> None:
    """Open a case. Callbacks are asked for on the pages, which offer the times.

    Example: `makegood case open kt-2025 complaint --customer C0001 --through letter`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.cases import CaseKind, open_case

        case = open_case(
            visitor,
            kind=_named(CaseKind, kind, "kind"),
            programme=programme,
            through=through,
            customer_id=customer,
            subject=subject,
            about_line=line,
            receipt_number=receipt,
            note=note,
            purpose=purpose,
        )
    _told(case, json_wanted=json_wanted)


@commands.command()
def note(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What was said or done.")],
    purpose: Purpose = "",
    json_wanted: Json = False,
) -> None:
    """Write a note, sealed; refused where it looks personal.

    Example: `makegood case note K7RM-29QH "the letter was answered"`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import cases

        case = cases.note(visitor, number, text, purpose=purpose)
    _told(case, json_wanted=json_wanted)


@commands.command("hand-over")
def hand_over(
    number: Number,
    team: Annotated[str, typer.Option("--team", metavar="TEAM", help="To this team.")] = "",
    member: Annotated[str, typer.Option("--to", metavar="NAME", help="To this member.")] = "",
    purpose: Purpose = "",
    json_wanted: Json = False,
) -> None:
    """Give a case to a team or to a colleague.

    Example: `makegood case hand-over K7RM-29QH --team supervisor`
    """
    expect_json(json_wanted)
    if bool(team) == bool(member):
        hint = "give --team TEAM or --to NAME, one of the two"
        what = "a case is handed to a team or to a colleague"
        raise MakegoodError(Finding("MG668", what, hint))
    with visiting() as visitor:
        from makegood import cases

        case = cases.hand_over(visitor, number, team=team, member=member, purpose=purpose)
    _told(case, json_wanted=json_wanted)


@commands.command()
def close(
    number: Number,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help="answered, carried_out, …")
    ],
    purpose: Purpose = "",
    json_wanted: Json = False,
) -> None:
    """End a case.

    Example: `makegood case close K7RM-29QH --outcome answered`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import cases

        ended = _named(cases.Outcome, outcome, "outcome")
        case = cases.close(visitor, number, ended, purpose=purpose)
    _told(case, json_wanted=json_wanted)


def _named(words: type[Any], word: str, what: str) -> Any:  # noqa: ANN401 - of the list's own kind
    """The word of a closed list. Raises MakegoodError MG668."""
    known: list[StrEnum] = [*words.__members__.values()]
    for each in known:
        if each.value == word:
            return each
    values = [each.value for each in known]
    hint = did_you_mean(word, values) or f"one of: {', '.join(values)}"
    raise MakegoodError(Finding("MG668", f"there is no {what} '{word[:40]}'", hint))


def _told(case: Case, *, json_wanted: bool) -> None:
    if json_wanted:
        answer({"ok": True, "case": _as_json(case)})
        return
    out.print(f"{case.number}: {case.state}")


def _as_json(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "kind": case.kind.value,
        "state": case.state.value,
        "subject": case.subject,
        "programme": case.programme,
        "customer": case.customer_id,
        "line": case.line_id,
        "receipt": case.receipt_number,
        "through": case.through,
        "opened_at": case.opened_at.isoformat(),
        "opened_by": case.opened_by,
        "team": case.team,
        "member": case.member,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "call_since": case.call_since.isoformat() if case.call_since else None,
        "call_until": case.call_until.isoformat() if case.call_until else None,
        "tags": list(case.tags),
        "proposal": str(case.proposal_id) if case.proposal_id else None,
        "outcome": case.outcome,
    }
