"""``makegood claim``: applications, their decisions, and everything a customer may ask for."""

import typer

from makegood.cli.claims.deciding import decide, exception_, propose, resolve
from makegood.cli.claims.reading import list_, show
from makegood.cli.claims.taking_in import account, object_, submit, withdraw

commands = typer.Typer(help="Applications: taken in, decided, followed.", no_args_is_help=True)
commands.command()(submit)
commands.command()(show)
commands.command("list")(list_)
commands.command()(propose)
commands.command()(decide)
commands.command("exception")(exception_)
commands.command()(resolve)
commands.command()(withdraw)
commands.command("object")(object_)
commands.command()(account)

__all__ = ["commands"]
