"""``events status | send``: what the company's monitoring has got of the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.figures import local_second
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import permitted, visiting
from makegood.configuration import Settings

if TYPE_CHECKING:
    from makegood.trust.monitoring import Backlog, Delivery

commands = typer.Typer(
    help="Events for the company's monitoring: where they stand, sent now.", no_args_is_help=True
)


@commands.command()
def status(json_wanted: Json = False) -> None:
    """Show for each destination how far it has got, how many wait, and what failed last.

    Example: `makegood events status`
    """
    expect_json(json_wanted)
    with _opened() as settings:
        from makegood.trust.monitoring import backlogs

        found = backlogs(settings)
    if json_wanted:
        answer([_plain(one) for one in found])
        return
    if not found:
        out.print("events go nowhere: MAKEGOOD_EVENTS is empty")
        return
    shown = table("events", ["destination", "waiting", "last sent", "failed"], ["waiting"])
    for one in found:
        sent = local_second(one.progress.sent_at) if one.progress.sent_at else "never"
        times = f"{one.progress.failure} ({one.progress.failures}×)"
        failed = times if one.progress.failures else ""
        shown.add_row(one.destination, f"{one.events:,}", sent, failed)
    out.print(shown)


@commands.command()
def send(json_wanted: Json = False) -> None:
    """Send what waits to every destination now, also to those that wait after a failure.

    Example: `makegood events send`
    """
    expect_json(json_wanted)
    settings = Settings.load()
    with visiting(settings) as visitor:
        from makegood.trust.audit import integrate_all
        from makegood.trust.monitoring import forward
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.VERIFY_LOG, ResourceKind.LOG, details={"step": "events"})
        integrate_all()
        deliveries = forward(settings, at_once=True)
    if json_wanted:
        answer([asdict(one) for one in deliveries])
    elif not deliveries:
        out.print("events go nowhere: MAKEGOOD_EVENTS is empty")
    else:
        for one in deliveries:
            out.print(f"{one.destination}: {one.sent:,} sent{_failure(one)}")
    if any(one.failure for one in deliveries):
        raise typer.Exit(FINDING)


def _failure(delivery: Delivery) -> str:
    return f"; {delivery.failure}" if delivery.failure else ""


def _plain(backlog: Backlog) -> dict[str, object]:
    return {
        "destination": backlog.destination,
        "waiting": backlog.events,
        **asdict(backlog.progress),
    }


@contextmanager
def _opened() -> Iterator[Settings]:
    from makegood.project import prepared

    settings = Settings.load()
    with prepared(settings):
        yield settings
