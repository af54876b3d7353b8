"""``staff …``, ``sign-in`` and ``sign-out``: members of staff, and who is at this console."""

import typer

from makegood.cli.staff.console import sign_in, sign_out
from makegood.cli.staff.devices import approve_device, devices, revoke, revoke_device, sessions
from makegood.cli.staff.members import (
    activate,
    add,
    deactivate,
    invite,
    list_,
    release,
    roles,
    show,
)

commands = typer.Typer(help="Members of staff, their sessions and devices.", no_args_is_help=True)
commands.command()(add)
commands.command()(invite)
commands.command("list")(list_)
commands.command()(show)
commands.command()(roles)
commands.command()(deactivate)
commands.command()(activate)
commands.command()(release)
commands.command()(sessions)
commands.command()(revoke)
commands.command()(devices)
commands.command("approve-device")(approve_device)
commands.command("revoke-device")(revoke_device)


def add_to(application: typer.Typer) -> None:
    """Let the program have these commands."""
    application.add_typer(commands, name="staff")
    application.command("sign-in")(sign_in)
    application.command("sign-out")(sign_out)


__all__ = ["add_to", "commands"]
