"""``population make | import | show``: facts in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from makegood.cli.options import AsOf, Json, OutPath, ProgrammePath, Quiet
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.kernel import SystemClock, day_of

if TYPE_CHECKING:
    from makegood.population import Column, Outcome, Snapshot

commands = typer.Typer(help="Snapshots of all lines: made, imported, shown.", no_args_is_help=True)
SHAPE = "synthetic.yaml"
_LINES_MAX = 536_870_911
"""What the generator can count, told here without loading it."""
Value: TypeAlias = int | str | bool | None


@commands.command()
def make(
    file: ProgrammePath,
    lines: Annotated[int, typer.Option(min=1, max=_LINES_MAX, help="How many lines.")],
    as_of: AsOf,
    out_folder: OutPath,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same lines.")] = 1,
    shape: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"The shape; {SHAPE} beside the programme else."),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a synthetic population for a programme: seeded, reproducible, as of a day.

    Example: `makegood population make programmes/kt-2025/programme.yaml --lines 1000000 --seed 1
    --as-of 2026-01-13 --out population`
    """
    from makegood.population import make_population
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    programme = load_programme(file)
    beside = file.parent / SHAPE
    with progress(quiet=quiet) as tell:
        outcome = make_population(
            programme.facts,
            programme=programme.identifier,
            programme_sha256=programme.sha256,
            shape=shape or (beside if beside.is_file() else None),
            lines=lines,
            seed=seed,
            as_of=as_of.date(),
            out=out_folder,
            clock=SystemClock(),
            progress=tell,
        )
    _tell(out_folder, outcome, json_wanted=json_wanted)


@commands.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A CSV or Parquet file.")],
    mapping: Annotated[
        Path, typer.Option("--map", metavar="FILE", help="How columns become facts.")
    ],
    programme_file: Annotated[
        Path, typer.Option("--programme", metavar="FILE", help="The programme with the facts.")
    ],
    as_of: AsOf,
    out_folder: OutPath,
    rejects_max: Annotated[
        int | None,
        typer.Option("--rejects-max", metavar="N", min=0, help="Fail on more rejected rows."),
    ] = None,
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Import an extract through a mapping; bad rows go to rejects.csv with their reasons.

    Example: `makegood population import customers.csv --map examples/telco-churn/mapping.yaml
    --programme examples/telco-churn/programme.yaml --as-of 2026-01-01 --out population`
    """
    from makegood.population import import_population
    from makegood.programmes import load_programme

    expect_json(json_wanted)
    programme = load_programme(programme_file)
    with progress(quiet=quiet) as tell:
        outcome = import_population(
            source,
            mapping,
            programme.facts,
            programme=programme.identifier,
            programme_sha256=programme.sha256,
            minor_digits=programme.currency.minor_digits,
            as_of=as_of.date(),
            out=out_folder,
            clock=SystemClock(),
            rejects_max=rejects_max,
            progress=tell,
        )
    _tell(out_folder, outcome, json_wanted=json_wanted)


@commands.command()
def show(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A snapshot.")],
    line: Annotated[
        str | None, typer.Option("--line", metavar="ID", help="The facts of one line.")
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Show what a snapshot holds, or the facts of one line in it.

    Example: `makegood population show population`
    """
    from makegood.decisions import line_facts
    from makegood.population import open_snapshot

    expect_json(json_wanted)
    snapshot = open_snapshot(folder)
    if line is not None:
        facts = line_facts(snapshot, line, {})
        plain = {name: _plain(snapshot, name, value) for name, value in facts.items()}
        if json_wanted:
            answer({"line_id": line, "as_of": snapshot.as_of, "facts": plain})
        else:
            _show_line(line, plain)
    elif json_wanted:
        answer(_summary(snapshot))
    else:
        _show(snapshot)


def _plain(snapshot: Snapshot, name: str, value: Value) -> Value:
    from makegood.rules import Kind

    is_date = snapshot.columns[name].fact.kind is Kind.DATE
    return day_of(value).isoformat() if is_date and isinstance(value, int) else value


def _show_line(line: str, facts: Mapping[str, Any]) -> None:
    shown = table(f"line {line}", ["fact", "value"])
    for name, value in facts.items():
        shown.add_row(name, "–" if value is None else str(value))
    out.print(shown)


def _tell(folder: Path, outcome: Outcome, *, json_wanted: bool) -> None:
    snapshot = outcome.snapshot
    if json_wanted:
        answer({"written": outcome.written, **_summary(snapshot), "folder": str(folder)})
        return
    if outcome.written:
        out.print(f"{folder}: {snapshot.rows:,} lines as of {snapshot.as_of}")
    else:
        out.print(f"{folder}: the same snapshot stands there already; nothing written")
    if snapshot.rejected:
        out.print(
            f"{snapshot.rows_in:,} rows in = {snapshot.rows:,} kept + {snapshot.rejected:,} "
            f"rejected: see {folder}/rejects.csv"
        )


def _summary(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "folder": str(snapshot.folder),
        "as_of": snapshot.as_of,
        "rows_in": snapshot.rows_in,
        "rows": snapshot.rows,
        "rejected": snapshot.rejected,
        "reject_reasons": dict(snapshot.rejects.per_reason) if snapshot.rejects else {},
        "programme": snapshot.programme,
        "programme_sha256": snapshot.programme_sha256,
        "content_sha256": snapshot.content_sha256,
        "source": snapshot.source,
        "parts": len(snapshot.parts),
        "facts": {
            name: {
                "type": column.fact.kind.value,
                "missing": column.fact.missing.value,
                "empty": column.nulls,
                "low": _bound(column, column.low),
                "high": _bound(column, column.high),
                "values": list(column.values),
            }
            for name, column in snapshot.columns.items()
        },
    }


def _bound(column: Column, bound: int | None) -> Value:
    from makegood.rules import Kind

    if bound is None or column.fact.kind is Kind.ENUM:
        return None
    if column.fact.kind is Kind.DATE:
        return day_of(bound).isoformat()
    return bool(bound) if column.fact.kind is Kind.BOOLEAN else bound


def _show(snapshot: Snapshot) -> None:
    out.print(
        f"{snapshot.rows:,} lines as of {snapshot.as_of} for {snapshot.programme}, "
        f"content {snapshot.content_sha256[:12]}; {snapshot.rejected:,} rows rejected"
    )
    columns = ["fact", "type", "empty", "from", "to"]
    shown = table("facts", columns, numbers=["empty", "from", "to"])
    for name, column in snapshot.columns.items():
        low, high = _bound(column, column.low), _bound(column, column.high)
        words = ", ".join(column.values)
        shown.add_row(
            name,
            f"{column.fact.kind.value}{': ' if words else ''}{words}",
            f"{column.nulls:,}" if column.nulls else "",
            "" if low is None else str(low),
            "" if high is None else str(high),
        )
    out.print(shown)
