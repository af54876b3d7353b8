"""``makegood work``: what is due is carried out here, beside any number of other workers."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.options import Json, Quiet
from makegood.cli.output import answer, aside, expect_json, out, progress, table
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.runs import WorkDone

_PAUSE_SECONDS = 2.0
_COUNTED = (
    *("planned", "checked", "released", "claims", "upheld", "sent", "postponed", "doubtful"),
    *("sources", "answers", "asked", "closed", "unclaimed", "events", "told"),
)


def add_to(application: typer.Typer) -> None:
    """Make the command one of the program's."""
    application.command()(work)


def work(
    once: Annotated[bool, typer.Option("--once", help="One round of all steps.")] = False,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Until a round finds nothing more to do.")
    ] = False,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Carry out what is due: plan, check, send, take in answers, ask, close.

    Without an option it goes on until Ctrl-C. Any number of these may work at once, on any machines
    that share the data folder, and each may be killed at any instant.

    Example: `makegood work --until-idle`
    """
    expect_json(json_wanted)
    if once and until_idle:
        hint = "--once is one round; --until-idle goes on until a round finds nothing to do"
        raise MakegoodError(
            Finding("MG880", "--once and --until-idle exclude each other; give one", hint)
        )
    if json_wanted and not (once or until_idle):
        message = "an answer in JSON needs an end: --json needs --once or --until-idle"
        raise MakegoodError(Finding("MG880", message, "'makegood work --until-idle --json'"))
    from makegood.cli.visiting import permitted, visiting
    from makegood.configuration import Settings

    with visiting() as visitor, progress(quiet=quiet) as tell:
        from makegood import runs
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.CARRY_OUT_RUNS, ResourceKind.RUN)
        settings = Settings.load()
        done, told = runs.work(settings, until_idle=until_idle, progress=tell), set[str]()
        if not (once or until_idle):
            # What was told before by others is told to whoever begins to watch.
            _tell(done.troubles)
        while not (once or until_idle):
            # The same every round, until somebody looks: told when it is new.
            for words in done.findings:
                if words not in told:
                    aside.print(words)
            told = set(done.findings)
            sleep(_PAUSE_SECONDS)
            done = runs.work(settings, until_idle=True, progress=tell)
            _tell(done.news)
    _tell(done.troubles)
    for words in done.findings:
        aside.print(words)
    if json_wanted:
        answer({"ok": not done.troubles, **_plain(done)})
    else:
        shown = table("Work", ["step", "done"], ["done"])
        for name in _COUNTED:
            shown.add_row(name, f"{getattr(done, name):,}")
        out.print(shown)
    if done.troubles:
        raise typer.Exit(FINDING)


def _tell(troubles: list[str]) -> None:
    for words in dict.fromkeys(troubles):
        aside.print(words)


def _plain(done: WorkDone) -> dict[str, Any]:
    return {
        **{name: getattr(done, name) for name in _COUNTED},
        "troubles": list(dict.fromkeys(done.troubles)),
        "findings": list(dict.fromkeys(done.findings)),
    }
