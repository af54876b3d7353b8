"""``proposal propose | list | show | approve | refuse | withdraw``: what takes two persons."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import Json, number_given
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import permitted, visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

if TYPE_CHECKING:
    from makegood.trust.proposals import Proposal, ProposalKind, State

commands = typer.Typer(help="What takes two persons: proposed, decided.", no_args_is_help=True)

_FILE_BYTES_MAX = 100_000

ProposalId = Annotated[
    UUID, typer.Argument(metavar="ID", parser=number_given, help="The proposal.")
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
]


@commands.command()
def propose(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="rotate_keys, change_policies, …")],
    reason: Reason,
    subject: Annotated[
        str,
        typer.Option("--subject", metavar="SUBJECT", help="To what: run:2026-02, customer:C0001."),
    ] = "",
    contents: Annotated[
        str,
        typer.Option("--contents", metavar="JSON", help="What is to be done: a file, or {…}."),
    ] = "",
    policies: Annotated[
        Path | None,
        typer.Option("--policies", metavar="FOLDER", help="For change_policies: the new ones."),
    ] = None,
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The task or case, where there is one.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Propose an act that takes two persons; another authorised person approves it.

    Example: `makegood proposal propose rotate_keys --reason "the year is over"`
    """
    expect_json(json_wanted)
    said = _contents(contents, policies)
    with visiting() as visitor:
        from django.db import transaction

        from makegood.trust import proposals
        from makegood.trust.access import checked_reason, permit
        from makegood.trust.policy import Resource, ResourceKind

        known = proposals.kind_named(kind)
        rules = proposals.RULES[known]
        _no_command_of_its_own(known, rules.command)
        reason = checked_reason(reason)
        with transaction.atomic():
            permit(visitor, rules.propose, Resource(ResourceKind.PROPOSAL), case=case)
            made = proposals.propose(
                known,
                subject or _only_subject(rules.subject, said),
                said,
                reason,
                by=visitor.actor,
                source=visitor.source,
            )
        _tell(made, json_wanted=json_wanted)


@commands.command("list")
def list_(
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="STATE", help="open, approved, refused, used, …"),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Of one kind only.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many.")] = 100,
    json_wanted: Json = False,
) -> None:
    """List proposals, the newest first.

    Example: `makegood proposal list --state open`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.trust import proposals
        from makegood.trust.policy import Act, ResourceKind

        wanted = _state(state)
        known = proposals.kind_named(kind) if kind else None
        permitted(visitor, Act.READ_PROPOSALS, ResourceKind.PROPOSAL)
        found = proposals.proposals(wanted, known, limit)
        if json_wanted:
            answer({"proposals": [_plain(proposal) for proposal in found]})
            return
        shown = table("proposals", ["id", "kind", "subject", "state", "by", "until"])
        for proposal in found:
            shown.add_row(
                str(proposal.proposal_id),
                proposal.kind.value,
                proposal.subject,
                _now_state(proposal),
                proposal.proposed_by,
                local_minute(proposal.expires_at),
            )
        out.print(shown if found else "no proposals")


@commands.command()
def show(proposal_id: ProposalId, json_wanted: Json = False) -> None:
    """Show a proposal, with everything that is to be done, to the letter.

    Example: `makegood proposal show 0b9c…`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.trust.policy import Act, ResourceKind
        from makegood.trust.proposals import proposal_of

        one = str(proposal_id)
        permitted(visitor, Act.READ_PROPOSALS, ResourceKind.PROPOSAL, resource_id=one)
        _tell(proposal_of(proposal_id), json_wanted=json_wanted)


@commands.command()
def approve(
    proposal_id: ProposalId,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; nobody's data.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Approve another person's proposal; it may then be used once.

    Example: `makegood proposal approve 0b9c…`
    """
    expect_json(json_wanted)
    _decide("approve", proposal_id, reason, json_wanted=json_wanted)


@commands.command()
def refuse(proposal_id: ProposalId, reason: Reason, json_wanted: Json = False) -> None:
    """Refuse another person's proposal.

    Example: `makegood proposal refuse 0b9c… --reason "the total is wrong"`
    """
    expect_json(json_wanted)
    _decide("refuse", proposal_id, reason, json_wanted=json_wanted)


@commands.command()
def withdraw(proposal_id: ProposalId, json_wanted: Json = False) -> None:
    """Withdraw your own proposal.

    Example: `makegood proposal withdraw 0b9c…`
    """
    expect_json(json_wanted)
    _decide("withdraw", proposal_id, "", json_wanted=json_wanted)


def _decide(answered: str, proposal_id: UUID, reason: str, *, json_wanted: bool) -> None:
    """Ask the gate and do it, in one transaction."""
    with visiting() as visitor:
        from django.db import transaction

        from makegood.trust import proposals
        from makegood.trust.access import checked_reason, permit
        from makegood.trust.policy import Act, Resource, ResourceKind
        from makegood.trust.staff import concerned_by

        by, source = visitor.actor, visitor.source
        reason = checked_reason(reason) if reason or answered == "refuse" else ""
        with transaction.atomic():
            proposal = proposals.proposal_of(proposal_id)
            rules = proposals.RULES[proposal.kind]
            act = Act.WITHDRAW_PROPOSAL if answered == "withdraw" else rules.approve
            one = Resource(ResourceKind.PROPOSAL, str(proposal_id), concerned_by(proposal))
            permit(visitor, act, one, proposed_by=proposal.proposed_by)
            if answered == "withdraw":
                decided = proposals.withdraw(proposal_id, by=by, source=source)
            else:
                decide = proposals.approve if answered == "approve" else proposals.refuse
                decided = decide(proposal_id, by=by, reason=reason, source=source)
        _tell(decided, json_wanted=json_wanted)


def _no_command_of_its_own(kind: ProposalKind, command: str) -> None:
    """What whoever approves is shown of some kinds is worked out, not written by hand."""
    if command:
        message = f"'{kind}' is not proposed by hand: what it comes to is worked out"
        raise MakegoodError(Finding("MG787", message, f"use 'makegood {command}'"))


def _contents(said: str, policies: Path | None) -> dict[str, Any]:
    """What is to be done: as told, or the version of checked policies, or nothing more."""
    if said and policies:
        raise typer.BadParameter("give --contents or --policies, not both")
    if policies:
        from makegood.trust.policy import PolicySet, check_cases, read_cases
        from makegood.trust.proposals import change_of

        checked = PolicySet.load(policies)
        wrong = check_cases(checked, read_cases(policies, checked))
        if wrong:
            raise MakegoodError(wrong)
        return dict(change_of(checked.version))
    if not said:
        return {}
    is_text = said.lstrip().startswith("{")
    text = said.encode() if is_text else _read(Path(said))
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or len(text) > _FILE_BYTES_MAX:
        hint = f'write an object, such as {{"total": 12}}, of at most {_FILE_BYTES_MAX:,} bytes'
        what = "--contents is" if is_text else f"{said} holds"
        raise MakegoodError(Finding("MG787", f"{what} no JSON object", hint))
    return read


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_FILE_BYTES_MAX + 1)


def _only_subject(begin: str, contents: dict[str, Any]) -> str:
    """Of keys and policies there is one each; a member stands in the contents."""
    if begin == "staff":
        return f"{begin}:{contents.get('member', '')}"
    return begin if begin in {"keys", "policies"} else ""


def _state(word: str | None) -> State | None:
    from makegood.trust.proposals import State

    if word is None:
        return None
    known = [state.value for state in State]
    if word not in known:
        hint = did_you_mean(word, known) or f"one of: {', '.join(known)}"
        raise MakegoodError(Finding("MG787", f"no state of proposals '{word}'", hint))
    return State(word)


def _now_state(proposal: Proposal) -> str:
    from makegood.trust.clock import now

    return proposal.state_at(now()).value


def _plain(proposal: Proposal) -> dict[str, Any]:
    def instant(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "proposal_id": str(proposal.proposal_id),
        "kind": proposal.kind.value,
        "subject": proposal.subject,
        "state": _now_state(proposal),
        "contents": dict(proposal.contents),
        "contents_sha256": proposal.contents_hash,
        "reason": proposal.reason,
        "proposed_by": proposal.proposed_by,
        "proposed_at": instant(proposal.proposed_at),
        "expires_at": instant(proposal.expires_at),
        "decided_by": proposal.decided_by or None,
        "decided_at": instant(proposal.decided_at),
        "decision_reason": proposal.decision_reason,
        "used_by": proposal.used_by or None,
        "used_at": instant(proposal.used_at),
    }


def _tell(proposal: Proposal, *, json_wanted: bool) -> None:
    plain = _plain(proposal)
    if json_wanted:
        answer(plain)
        return
    shown = table(f"proposal {proposal.proposal_id}", ["", ""])
    for name, value in plain.items():
        at = getattr(proposal, name, None)
        if name != "proposal_id" and value:
            words = local_minute(at) if isinstance(at, datetime) else _text(value)
            shown.add_row(name.replace("_", " "), words)
    out.print(shown)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return str(value)
