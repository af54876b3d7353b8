"""``makegood message``: what a programme tells people, and whether a message is genuine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.figures import local_minute, zone_of
from makegood.cli.options import Json, ProgrammePath
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import visiting

if TYPE_CHECKING:
    from makegood.programmes import MessageTemplates, Programme, Template
    from makegood.runs import MessageCount

commands = typer.Typer(no_args_is_help=True, help="Messages to customers.")


@commands.command(name="list")
def listed(file: ProgrammePath, json_wanted: Json = False) -> None:
    """Show the messages beside a programme's file: for what, by which way, how long at most.

    Example: `makegood message list programmes/kt-2025/programme.yaml`
    """
    from makegood.programmes import load_messages_beside, load_programme

    expect_json(json_wanted)
    programme = load_programme(file)
    messages = load_messages_beside(file, programme)
    found = [_plain(programme, messages, each) for each in messages] if messages else []
    if json_wanted:
        sha256 = messages.sha256 if messages else ""
        answer({"ok": True, "messages_sha256": sha256, "messages": found})
        return
    languages = programme.languages
    shown = table("Messages", ["name", "for", "measure", "by", "", *languages], languages)
    for each in found:
        marks = [mark for mark in ("advertising", "urgent") if each[mark]]
        lengths = [_length(each["longest"][language]) for language in languages]
        row = (each["name"], each["for"], each["measure"], ", ".join(each["by"]))
        shown.add_row(*row, ", ".join(marks), *lengths)
    out.print(shown if found else "no messages stand beside this programme")


@commands.command(name="show")
def shown(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name.")],
    days: Annotated[
        int,
        typer.Option("--days", min=1, max=90, help="Who applied so many days after a reminder."),
    ] = 7,
    json_wanted: Json = False,
) -> None:
    """Show how many messages of a programme left, arrived and failed, by run and by template.

    Example: `makegood message show kt-2025`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from django.conf import settings

        from makegood.redress.serving import programme_in_force
        from makegood.runs import show_messages

        found = show_messages(visitor, programme, settings.INSTALLATION, days=days)
        if not found:
            programme_in_force(programme)
        zone = zone_of(programme)
    if json_wanted:
        answer({"ok": True, "messages": [_count(each) for each in found]})
        return
    numbers = ["waiting", "sent", "delivered", "failed", "pending", "applied"]
    names = ["name", "for", "measure", "by", "language", "due", *numbers]
    counts = table("Messages sent", names, numbers)
    for each in found:
        applied = "" if each.applied is None else f"{each.applied:,}"
        due = local_minute(each.due_at, zone) if each.due_at else ""
        counts.add_row(
            *(each.template, each.kind.value, each.measure, each.channel.value, each.language, due),
            *(f"{getattr(each, name):,}" for name in numbers[:-1]),
            applied,
        )
    out.print(counts if found else "nothing was sent for this programme yet")


@commands.command(name="confirm")
def confirmed(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The code as it stands there.")],
    json_wanted: Json = False,
) -> None:
    """Say whether a message is genuine: what was sent with its code, without personal parts.

    Example: `makegood message confirm "K7M2 P9QX 3"`
    """
    from makegood.project import prepared

    expect_json(json_wanted)
    with prepared():
        from makegood.channels.messages import confirm, no_such_code

        found = confirm(code)
        if found is None:
            raise no_such_code()
    if json_wanted:
        answer(
            {
                "ok": True,
                "programme": found.programme,
                "template": found.template,
                "language": found.language,
                "sent_on": found.sent_on.isoformat(),
                "subject": found.subject,
                "text": found.text,
            }
        )
        return
    out.print(f"genuine: sent on {found.sent_on} for {found.programme} ({found.template})")
    out.print()
    out.print(found.text)


def _count(each: MessageCount) -> dict[str, Any]:
    times = {name: getattr(each, name) for name in ("due_at", "first_sent_at", "last_sent_at")}
    return {
        "name": each.template,
        "for": each.kind.value,
        "measure": each.measure,
        "by": each.channel.value,
        "language": each.language,
        "run_id": str(each.run_id) if each.run_id else None,
        **{name: moment.isoformat() if moment else None for name, moment in times.items()},
        **{
            name: getattr(each, name)
            for name in ("waiting", "sent", "delivered", "failed", "pending", "applied")
        },
    }


def _plain(programme: Programme, messages: MessageTemplates, template: Template) -> dict[str, Any]:
    from makegood.programmes import longest_text, sms_bytes, sms_kind

    longest = {
        language: longest_text(programme, messages, template, language)
        for language in programme.languages
    }
    by_sms = "sms" in template.by
    return {
        "name": template.name,
        "for": template.kind.value,
        "measure": template.measure,
        "at": template.at.isoformat() if template.at else "",
        "by": [way.value for way in template.by],
        "advertising": template.advertising,
        "urgent": template.urgent,
        "longest": {
            language: {
                "bytes": sms_bytes(text),
                "kind": sms_kind(text).value if by_sms else "",
            }
            for language, text in longest.items()
        },
    }


def _length(longest: dict[str, Any]) -> str:
    return f"{longest['bytes']:,} {longest['kind']}".strip()
