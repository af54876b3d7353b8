"""``access review | look-at | log``: who had access to personal data, and what was unusual."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.figures import local_minute
from makegood.cli.options import Json, Quiet, day_given, expect_in_order
from makegood.cli.output import answer, expect_json, out, progress, table
from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, Progress, silent

if TYPE_CHECKING:
    from makegood.trust.access import Review, Visitor

commands = typer.Typer(
    help="Who had access to personal data, and why; the monthly review.", no_args_is_help=True
)
_MONTH_LETTERS = 7
_FINDING_SHOWN = 40
Colleagues = Annotated[
    Path | None,
    typer.Option(
        "--colleagues",
        metavar="FILE",
        help="Customer ids of those who work here, one a line: opening their data is told.",
    ),
]


@commands.command()
def review(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the review as a page, too.")
    ] = None,
    colleagues: Colleagues = None,
    language: Annotated[
        str, typer.Option("--lang", metavar="LANGUAGE", help="The page's language: ko or en.")
    ] = "ko",
    json_wanted: Json = False,
    quiet: Quiet = False,
) -> None:
    """Review the accesses of a month: figures, and what was unusual. The log keeps that you did.

    Example: `makegood access review --month 2026-11 --out review.html`
    """
    expect_json(json_wanted)
    first = _month(month)
    with _visiting() as (visitor, settings), progress(quiet=quiet) as tell:
        found = _reviewed(visitor, settings, first, colleagues, tell)
        if out_file:
            from makegood.trust.access import write_review

            write_review(found, out_file, language=language)
    if json_wanted:
        answer(found.as_json())
    else:
        _show(found)
        if out_file:
            out.print(f"{out_file}: the page")


@commands.command("look-at")
def look_at_(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="A finding of a review.")],
    verdict: Annotated[
        str,
        typer.Option("--verdict", metavar="WORD", help="expected, explained or misuse."),
    ],
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Why, without anybody's data.")
    ],
    colleagues: Colleagues = None,
    json_wanted: Json = False,
) -> None:
    """Say what came of a finding. It is kept in the log, and cannot be changed.

    Example: `makegood access look-at 2026-11-night-1a2b3c4d --verdict explained
    --note "emergency duty on the night of the outage"`
    """
    expect_json(json_wanted)
    first = _month_of(finding)
    with _visiting() as (visitor, settings):
        from makegood.trust.access import look_at

        found = _reviewed(visitor, settings, first, colleagues, silent)
        mark = look_at(visitor, found, finding, verdict, note)
    if json_wanted:
        answer({"finding": finding, **mark.as_json()})
    else:
        out.print(f"{finding}: {mark.verdict}, looked at by {mark.looked_at_by}")


@commands.command()
def log(
    person: Annotated[
        str, typer.Option("--person", metavar="ID", help="The customer's pseudonym.")
    ],
    begin: Annotated[
        datetime | None,
        typer.Option("--from", metavar="DATE", parser=day_given, help="The first day."),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", metavar="DATE", parser=day_given, help="The last day."),
    ] = None,
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="PURPOSE", help="What you look for.")
    ] = "audit",
    case: Annotated[
        str, typer.Option("--case", metavar="CASE", help="The case for which you look.")
    ] = "",
    json_wanted: Json = False,
) -> None:
    """Show who had access to one customer's data, when, from where and why.

    Example: `makegood access log --person C0001 --from 2026-11-01 --to 2026-11-30`
    """
    expect_json(json_wanted)
    expect_in_order(begin, end)
    with _visiting() as (visitor, settings):
        from makegood.trust.access import accesses_to

        zone = settings.zone
        found = accesses_to(
            visitor,
            person,
            zone,
            since=begin.replace(tzinfo=zone) if begin else None,
            until=(end + timedelta(days=1)).replace(tzinfo=zone) if end else None,
            purpose=purpose,
            case=case,
        )
    if json_wanted:
        answer([one.as_json() for one in found])
        return
    shown = table(f"{len(found):,} accesses to {person}", ["at", "who", "task", "why", "from"])
    for one in found:
        what = f"{one.kind.partition('.')[2]} {', '.join(one.fields)}".strip()
        why = " ".join(text for text in (one.purpose, one.case, one.reason) if text)
        shown.add_row(local_minute(one.at), one.actor, what, why, one.source)
    out.print(shown if found else f"nobody had access to {person} then")


def _reviewed(
    visitor: Visitor, settings: Settings, month: date, colleagues: Path | None, tell: Progress
) -> Review:
    from makegood.trust.access import review_month

    known = colleagues.read_text(encoding="utf-8").split() if colleagues else []
    return review_month(visitor, month, settings.zone, colleagues=known, progress=tell)


def _month_of(finding: str) -> date:
    """The month that a finding's number begins with. Raises MakegoodError MG778."""
    try:
        return _month(finding[:_MONTH_LETTERS])
    except MakegoodError:
        what = f"'{finding[:_FINDING_SHOWN]}' is no number of a finding"
        hint = "take it from 'makegood access review --month'; it begins with a month: 2026-11-…"
        raise MakegoodError(Finding("MG778", what, hint)) from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        hint = "write it as 2026-11"
        raise MakegoodError(
            Finding("MG778", f"'{text[:_FINDING_SHOWN]}' is no month", hint)
        ) from None


def _show(review: Review) -> None:
    out.print(
        f"{review.month:%Y-%m}: {review.total:,} accesses by {len(review.by_actor):,} members "
        f"to {review.persons:,} people; {review.refused:,} refused"
    )
    if not review.findings:
        out.print("nothing was unusual")
    else:
        columns = ["finding", "who", "about", "count", "limit", "looked at"]
        shown = table("unusual", columns, numbers=["count", "limit"])
        for one in review.findings:
            verdict = one.mark.verdict if one.mark else "no"
            shown.add_row(
                one.finding_id, one.actor, one.about, f"{one.count:,}", f"{one.limit:,}", verdict
            )
        out.print(shown)
    oldest = local_minute(review.log.oldest_at) if review.log.oldest_at else "–"
    verified = local_minute(review.log.verified_at) if review.log.verified_at else "never"
    out.print(
        f"the log: {review.log.entries:,} entries since {oldest}, last verified as a whole: "
        f"{verified}"
    )


@contextmanager
def _visiting() -> Iterator[tuple[Visitor, Settings]]:
    """The store, open, and who is at this console."""
    from makegood.project import prepared

    settings = Settings.load()
    with prepared(settings):
        from makegood.trust.staff import console_visitor

        yield console_visitor(), settings
