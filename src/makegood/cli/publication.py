"""``makegood programme``: what is in force, and how a programme comes into force."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_second, zone_of
from makegood.cli.options import Json, ProgrammePath, in_zone, moment_given
from makegood.cli.output import answer, expect_json, out, say, table
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.publication import Published

commands = typer.Typer(no_args_is_help=True, help="Programmes in force, by two persons.")

_SHORT = 12
_COLUMNS = ["programme", "version", "messages", "published", "by", "proposal", ""]


@commands.command()
def propose(
    file: ProgrammePath,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the log.")],
    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions",
            metavar="DIR",
            help="Decisions by this file: their heads and money are shown to whoever approves.",
        ),
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Propose to publish a programme; another authorised person approves it.

    Example: `makegood programme propose programme.yaml --decisions DIR --reason "as announced"`
    """
    from makegood.decisions import open_decisions
    from makegood.programmes import load_messages_beside, load_programme
    from makegood.project import prepared

    expect_json(json_wanted)
    programme = load_programme(file)
    messages = load_messages_beside(file, programme)
    decided = open_decisions(decisions) if decisions else None
    with prepared():
        from makegood import publication
        from makegood.trust.staff import console_visitor

        made = publication.propose(console_visitor(), programme, reason, decided, messages)
    if json_wanted:
        answer(
            {
                "ok": True,
                "proposal": str(made.proposal_id),
                "programme": programme.identifier,
                "sha256": programme.sha256,
                "messages_sha256": messages.sha256 if messages else "",
                "contents_sha256": made.contents_hash,
                "expires_at": made.expires_at.isoformat(),
            }
        )
        return
    out.print(f"proposal {made.proposal_id}: publish {programme.identifier} {programme.sha256}")
    if messages:
        out.print(f"with its messages {messages.sha256}")
    out.print(f"another person: makegood proposal approve {made.proposal_id}")


@commands.command()
def publish(file: ProgrammePath, json_wanted: Json = False) -> None:
    """Put a programme in force that another person has approved.

    Example: `makegood programme publish programme.yaml`
    """
    from makegood.programmes import load_messages_beside, load_programme
    from makegood.project import prepared

    expect_json(json_wanted)
    programme = load_programme(file)
    messages = load_messages_beside(file, programme)
    with prepared():
        from makegood import publication
        from makegood.trust.staff import console_visitor

        made = publication.publish(console_visitor(), programme, messages)
    if json_wanted:
        answer({"ok": True, **_plain(made)})
        return
    out.print(f"{made.programme}: {made.sha256} is in force")
    if messages:
        out.print(f"with its messages {made.messages_sha256}")


@commands.command(name="list")
def listed(json_wanted: Json = False) -> None:
    """Show all publications, the newest first; the newest of a programme is in force.

    Example: `makegood programme list`
    """
    from makegood.project import prepared

    expect_json(json_wanted)
    with prepared():
        from makegood.publication import versions

        found = versions()
        zones = {name: zone_of(name) for name in {each.programme for each in found}}
    if json_wanted:
        answer({"ok": True, "publications": [_plain(each) for each in found]})
        return
    shown = table("Publications", _COLUMNS)
    current: set[str] = set()
    for each in found:
        state = "" if each.programme in current else "in force"
        current.add(each.programme)
        at = local_second(each.published_at, zones[each.programme])
        version = each.sha256[:_SHORT]
        row = (version, each.messages_sha256[:_SHORT], at, each.published_by)
        shown.add_row(each.programme, *row, str(each.proposal_id), state)
    out.print(shown if found else "nothing is published yet")


@commands.command()
def show(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name: kt-2025.")],
    at: Annotated[
        datetime | None,
        typer.Option(
            "--at",
            metavar="TIME",
            parser=moment_given,
            help="As it was in force then: 2026-01-14T09:00+0900.",
        ),
    ] = None,
    messages: Annotated[
        bool, typer.Option("--messages", help="Write its messages instead.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Write the text of a programme that is, or was, in force, or of its messages.

    Example: `makegood programme show kt-2025 > programme.yaml`
    """
    from makegood.project import prepared

    expect_json(json_wanted)
    from makegood.configuration import Settings

    at = in_zone(at, Settings.load().zone)
    with prepared():
        from makegood.publication import in_force

        found = in_force(programme, at)
    if found is None:
        hint = "'makegood programme list' shows what is published, and since when"
        when = f"was in force on {local_second(at)}" if at else "is in force"
        raise MakegoodError(Finding("MG632", f"no version of '{programme}' {when}", hint))
    if json_wanted:
        texts = {"text": found.text, "messages": found.messages}
        answer({"ok": True, **_plain(found), **texts})
    else:
        say(found.messages if messages else found.text)


def _plain(published: Published) -> dict[str, Any]:
    return {
        "programme": published.programme,
        "sha256": published.sha256,
        "messages_sha256": published.messages_sha256,
        "published_at": published.published_at.isoformat(),
        "published_by": published.published_by,
        "proposal": str(published.proposal_id),
    }
