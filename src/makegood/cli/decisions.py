"""``decide``, ``explain``, ``diff``, ``verify``, ``report``: from facts to decisions and proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.options import (
    BasePaths,
    Json,
    Language,
    OutPath,
    PopulationPath,
    ProgrammePath,
    Quiet,
    language_of,
)
from makegood.cli.output import answer, aside, expect_json, out, progress, show_findings
from makegood.kernel import MakegoodError, SystemClock

if TYPE_CHECKING:
    from makegood.population import Snapshot

DecisionsPath = Annotated[Path, typer.Argument(metavar="DIR", help="What 'decide' wrote.")]


def add_to(application: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (decide, explain, diff, verify, report):
        application.command()(command)


def decide(
    file: ProgrammePath,
    population: PopulationPath,
    out_folder: OutPath,
    base: BasePaths = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark.")] = "duckdb",
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Decide every line for every measure; the same again writes nothing and says so.

    Example: `makegood decide programmes/kt-2025/programme.yaml --population population
    --out decisions`
    """
    from makegood.cli.tables import outcome_json, show_decisions
    from makegood.decisions import decide as decided
    from makegood.population import open_snapshot
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    programme = load_programme(file)
    snapshot = open_snapshot(population)
    bases = [open_snapshot(path) for path in base or []]
    with progress(quiet=quiet) as tell:
        outcome = decided(
            programme,
            snapshot,
            bases,
            out_folder,
            clock=SystemClock(),
            engine=engine,
            progress=tell,
        )
    for used in outcome.decisions.bases:
        if used.source == "absent":
            aside.print(
                f"note: no snapshot as of {used.as_of} for the base '{used.name}' (--base): "
                "whatever depends on it stays undetermined"
            )
    if json_wanted:
        answer(outcome_json(outcome))
    else:
        show_decisions(programme, outcome)


def explain(
    file: ProgrammePath,
    population: PopulationPath,
    line: Annotated[str, typer.Option("--line", metavar="ID", help="The line.")],
    base: BasePaths = None,
    lang: Language = None,
    supposing: Annotated[
        list[str] | None,
        typer.Option("--if", metavar="FACT=VALUE", help="Suppose a fact otherwise; repeatable."),
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Explain what is due to one line and why, as customers and agents read it.

    Example: `makegood explain programmes/kt-2025/programme.yaml --population population
    --line L0000452G3 --if terminated_on=2026-01-05 --lang en`
    """
    from makegood.cli.tables import explanation_json, show_explanations
    from makegood.decisions import Explainer, LineDecider, fitting_job, line_facts, supposed
    from makegood.population import open_snapshot
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    programme = load_programme(file)
    language = language_of(lang, programme.languages)
    snapshot = open_snapshot(population)
    bases = [open_snapshot(path) for path in base or []]
    sources = fitting_job(programme, snapshot, bases).sources
    facts = supposed(programme, line_facts(snapshot, line, sources), supposing or [])
    decider = LineDecider(programme, sources)
    by_language = {
        each: Explainer(decider, each).explain(facts)
        for each in (programme.languages if json_wanted else [language])
    }
    if json_wanted:
        answer(explanation_json(programme, snapshot, line, supposing or [], by_language))
    else:
        show_explanations(programme, line, by_language[language], language, facts, supposing or [])


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The programme in force.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The changed programme.")],
    population: PopulationPath,
    base: BasePaths = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare two versions of a programme over all lines: who gains, who loses, in heads and money.

    Example: `makegood diff old.yaml new.yaml --population population`
    """
    from makegood.cli.tables import comparison_json, show_comparison
    from makegood.decisions import diff as compared
    from makegood.population import open_snapshot
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    before, after = load_programme(old), load_programme(new)
    snapshot = open_snapshot(population)
    bases = [open_snapshot(path) for path in base or []]
    with progress(quiet=quiet) as tell:
        found = compared(before, after, snapshot, bases, progress=tell)
    if json_wanted:
        answer(comparison_json(before, after, found))
    else:
        show_comparison(after, found)


def verify(
    folder: DecisionsPath,
    population: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The snapshot, if it was moved.")
    ] = None,
    base: BasePaths = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="Decide only so many lines again, chosen by the seed."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the sample.")] = 0,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Prove decisions, or a snapshot: hash everything again and decide again by the other engine.

    Example: `makegood verify decisions --sample 100000`
    """
    from makegood.decisions import verify as verified
    from makegood.population import check_snapshot

    expect_json(json_wanted)
    decisions, snapshot = _opened(folder)
    with progress(quiet=quiet) as tell:
        if snapshot is not None:
            findings, lines, recomputed = check_snapshot(snapshot, tell), snapshot.rows, 0
        else:
            result = verified(
                decisions,
                population=population,
                bases=base or [],
                sample=sample,
                seed=seed,
                progress=tell,
            )
            findings, lines, recomputed = list(result.findings), result.lines, result.recomputed
    _verdict(folder, list(findings), lines, recomputed, json_wanted=json_wanted)


def _opened(folder: Path) -> tuple[Any, Any]:
    """The decisions in a folder, or else the snapshot in it; MakegoodError where it is neither.

    Where a snapshot was damaged, what is said is about the snapshot.
    """
    from makegood.decisions import open_decisions
    from makegood.population import open_snapshot

    try:
        return open_decisions(folder, sealed=False), None
    except MakegoodError as no_decisions:
        try:
            return None, open_snapshot(folder)
        except MakegoodError as no_snapshot:
            damaged = {"MG503", "MG504"} & {finding.code for finding in no_snapshot.findings}
            raise no_snapshot if damaged else no_decisions from None


def _verdict(
    folder: Path, findings: list[Any], lines: int, recomputed: int, *, json_wanted: bool
) -> None:
    if json_wanted:
        answer(
            {
                "ok": not findings,
                "lines": lines,
                "recomputed": recomputed,
                "findings": [finding.as_json() for finding in findings],
            }
        )
    elif not findings:
        again = f", {recomputed:,} decided again by the other engine" if recomputed else ""
        out.print(f"{folder}: {lines:,} lines, every hash and count holds{again}")
    show_findings(findings)
    if findings:
        raise typer.Exit(FINDING)


def _population(given: Path | None, usual: Path) -> Snapshot | None:
    """The snapshot that was decided on; None, and a note, where it is no longer there."""
    from makegood.population import open_snapshot

    try:
        return open_snapshot(given or usual)
    except MakegoodError:
        if given is not None:
            raise
        aside.print("note: the population was moved (--population): the page has no days")
        return None


def report(
    folder: DecisionsPath,
    out_file: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The HTML page to write.")
    ] = Path("report.html"),
    lang: Language = None,
    population: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The snapshot, if it was moved.")
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write decisions as one page: funnels, reasons, amounts, days. No script, readable in print.

    Example: `makegood report decisions --out report.html --lang en`
    """
    from makegood.decisions import open_decisions, write_report
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    decisions = open_decisions(folder)
    programme = load_programme(decisions.programme_copy)
    language = language_of(lang, programme.languages)
    snapshot = _population(population, decisions.population_path)
    with progress(quiet=quiet) as tell:
        write_report(decisions, programme, snapshot, out_file, language=language, progress=tell)
    if json_wanted:
        answer({"report": str(out_file), "bytes": out_file.stat().st_size})
    else:
        out.print(f"{out_file}: {out_file.stat().st_size:,} bytes")
