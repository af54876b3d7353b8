"""All commands, and how they end."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from makegood.cli import (
    access,
    audit,
    cases,
    choices,
    claims,
    contacts,
    decisions,
    demo,
    documents,
    events,
    keys,
    ledger,
    lines,
    messages,
    plan,
    policy,
    population,
    portal,
    programmes,
    proposals,
    publication,
    quotes,
    rehearse,
    runs,
    staff,
    store,
    vouchers,
    work,
)
from makegood.cli.output import failed, failed_to_use, say, standard_output, unbreakable_streams
from makegood.kernel import Finding, MakegoodError

application = typer.Typer(
    name="makegood",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _told_version(wanted: bool) -> None:
    if wanted:
        say(f"makegood {version('makegood')}\n")
        raise typer.Exit


@application.callback()
def _every_command(
    context: typer.Context,
    show_version: Annotated[  # noqa: ARG001 - its callback tells it
        bool,
        typer.Option(
            "--version", callback=_told_version, is_eager=True, help="Say the version and end."
        ),
    ] = False,
) -> None:
    """Makes an operator's customers whole after an incident.

    A programme is a file; from it and a population every line gets a decision for every measure,
    with reason and amount.
    """
    if any(name.startswith("OTEL_EXPORTER_OTLP") for name in os.environ):
        # Loaded only where somebody wants traces: no other command waits for it.
        from makegood.trust.monitoring import command_span

        context.with_resource(command_span(context.invoked_subcommand or ""))


programmes.add_to(application)
application.add_typer(population.commands, name="population")
decisions.add_to(application)
application.add_typer(audit.commands, name="audit")
application.add_typer(publication.commands, name="programme")
plan.add_to(application)
application.add_typer(lines.commands, name="lines")
application.add_typer(quotes.commands, name="quote")
application.add_typer(claims.commands, name="claim")
application.add_typer(documents.commands, name="document")
application.add_typer(cases.commands, name="case")
application.add_typer(choices.commands, name="choice")
application.add_typer(choices.coupon_commands, name="coupon")
application.add_typer(runs.commands, name="run")
work.add_to(application)
ledger.add_to(application)
store.add_to(application)
application.add_typer(portal.commands, name="portal")
application.add_typer(messages.commands, name="message")
application.add_typer(vouchers.commands, name="vouchers")
application.add_typer(contacts.commands, name="contacts")
application.add_typer(keys.commands, name="keys")
application.add_typer(policy.commands, name="policy")
application.add_typer(proposals.commands, name="proposal")
staff.add_to(application)
application.add_typer(access.commands, name="access")
application.add_typer(events.commands, name="events")
rehearse.add_to(application)
demo.add_to(application)


def run() -> None:
    """Run a command; what is wrong with its input is told without a traceback."""
    unbreakable_streams()
    try:
        _to_the_end()
    except MakegoodError as error:
        sys.exit(failed(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        sys.exit(failed_to_use(error))
    except Exception as error:
        if not _is_away(error):
            raise
        # Its own text may hold a value.
        what = "the database went away while the command was at work"
        hint = "what it had committed stands; see that the server runs, then do it again"
        sys.exit(failed(MakegoodError(Finding("MG703", what, hint))))


def _is_away(error: BaseException) -> bool:
    """Whether the database's connection is what failed; its driver is loaded where it was used."""
    driver = sys.modules.get("psycopg")
    if driver is None:
        return False
    from django.db import InterfaceError, OperationalError

    away = (driver.OperationalError, driver.InterfaceError, InterfaceError, OperationalError)
    return isinstance(error, away)


def _to_the_end() -> None:
    """Run a command until its answer is out: what is only buffered may still find no room."""
    try:
        application()
    except SystemExit:
        standard_output.flush()
        raise
