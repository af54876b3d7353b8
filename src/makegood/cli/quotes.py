"""``quote show | verify | deviations``: what customers are shown, and hold in their hands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from makegood.cli.figures import local_minute, local_second
from makegood.cli.new_files import expect_new, write_new
from makegood.cli.options import Json, Language, language_of
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import permitted, visiting
from makegood.kernel import Finding, MakegoodError

if TYPE_CHECKING:
    from makegood.programmes import Programme
    from makegood.redress.quotes import Deviation, Quote
    from makegood.trust.audit import VerifierKey

commands = typer.Typer(help="What was shown: signed, kept, compared.", no_args_is_help=True)

_NOTE_BYTES_MAX = 1_000_000
_SHOWN_MAX = 50

ProgrammeName = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help="A programme in force: kt-2025.")
]
Case = Annotated[str, typer.Option("--case", metavar="CASE", help="The case it is for.")]


@commands.command()
def show(
    line: Annotated[str, typer.Argument(metavar="LINE", help="The line's pseudonym.")],
    programme: Annotated[
        str, typer.Option("--programme", metavar="PROGRAMME", help="A programme in force.")
    ],
    lang: Language = None,
    through: Annotated[
        str,
        typer.Option("--through", metavar="CHANNEL", help="web, call_centre, shop or console."),
    ] = "console",
    case: Case = "",
    out_file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the signed quote, to be handed over."),
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Show what is due for a line now; it is signed and kept as it was shown.

    Example: `makegood quote show L000000017 --programme kt-2025 --lang ko --case CALL-17`
    """
    expect_json(json_wanted)
    if out_file:
        expect_new(out_file)
    with visiting() as visitor:
        from makegood.redress.quotes import give_quote
        from makegood.redress.serving import programme_in_force

        language = language_of(lang, programme_in_force(programme).languages)
        quote = give_quote(visitor, programme, line, language, through, case=case)
    if out_file:
        write_new(out_file, quote.note)
    if json_wanted:
        answer({"ok": True, **_plain(quote), "words": dict(quote.words), "note": quote.note})
        return
    for measure, words in quote.words.items():
        out.print(f"{measure}: {quote.decisions[measure].label}")
        out.print(f"  {words}")
    out.print(f"quote {quote.quote_id}, by {programme} {quote.programme_sha256[:12]}")


@commands.command()
def verify(
    what: Annotated[
        str, typer.Argument(metavar="QUOTE", help="A signed quote's file, or its number here.")
    ],
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help="A published key of the log: verifies without any store; may be given again.",
        ),
    ] = None,
    json_wanted: Json = False,
) -> None:
    """Verify a quote: that this log's key signed it, and that no byte was changed.

    Example: `makegood quote verify quote.txt --key "$(cat key.txt)"`
    """
    expect_json(json_wanted)
    quote, signers = _verified(what, keys or [])
    if json_wanted:
        answer({"ok": True, **_plain(quote), "signed_by": [str(key) for key in signers]})
        return
    for measure, promised in quote.decisions.items():
        amount = "" if promised.amount is None else f" {promised.amount:,}"
        out.print(f"{measure}: {promised.label}{amount}")
    out.print(f"quote {quote.quote_id} of {local_second(quote.shown_at)} is whole and signed")
    out.print(f"signed by {', '.join(key.name for key in signers)}")


@commands.command()
def deviations(
    programme: ProgrammeName,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", metavar="MEASURE", help="Only this; may be given again."),
    ] = None,
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Propose that the better for the customer counts."),
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the log; with --propose.")
    ] = "what was shown to the customer counts",
    json_wanted: Json = False,
) -> None:
    """Show where the best quote of a line promised something else than is due now.

    Example: `makegood quote deviations kt-2025 --measure penalty_waiver --propose`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress import quotes
        from makegood.redress.serving import programme_in_force
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.READ_DEVIATIONS, ResourceKind.PROGRAMME, resource_id=programme)
        file = programme_in_force(programme)
        names = measure or list(file.measures)
        found = {name: quotes.deviations(programme, name) for name in names}
        made = {
            name: quotes.propose_exceptions(visitor, name, each, reason) if propose else []
            for name, each in found.items()
        }
    if json_wanted:
        answer(
            {
                "ok": True,
                "deviations": [
                    {"measure": name, **_deviation(each)}
                    for name, several in found.items()
                    for each in several
                ],
                "proposals": [
                    str(each.proposal_id) for several in made.values() for each in several
                ],
            }
        )
        return
    _tell(found, file)
    for several in made.values():
        for each in several:
            out.print(f"proposal {each.proposal_id}: {each.subject}")


def _verified(what: str, keys: list[str]) -> tuple[Quote, tuple[VerifierKey, ...]]:
    from makegood.redress.quotes import quote_of, verify_quote
    from makegood.trust.audit import VerifierKey

    path = Path(what)
    if path.is_file():
        if path.stat().st_size > _NOTE_BYTES_MAX:
            hint = "name the file that 'makegood quote show --out' wrote"
            raise MakegoodError(Finding("MG834", f"{path.name} is too long for a quote", hint))
        text = path.read_bytes().decode("utf-8", errors="replace")
        if keys:
            return verify_quote(text, [VerifierKey.expected(key) for key in keys])
        with visiting():
            return verify_quote(text)
    try:
        number = UUID(what)
    except ValueError:
        hint = "name the file of a quote, or the number it has here"
        raise MakegoodError(
            Finding("MG836", f"'{what}' is no file of a quote, and no number of one", hint)
        ) from None
    with visiting():
        return verify_quote(quote_of(number))


def _tell(found: dict[str, list[Deviation]], file: Programme) -> None:
    currency, zone = file.currency, ZoneInfo(file.section.time_zone)
    columns = ["measure", "line", "quoted", "due", "shown", "quoted as", "due as"]
    shown = table("Deviations", columns, ["quoted", "due"])
    rows = [(name, each) for name, several in found.items() for each in several]
    for name, each in rows[:_SHOWN_MAX]:
        amounts = (currency.plain(each.quoted), currency.plain(each.due))
        labels = (each.quoted_label, each.due_label)
        shown.add_row(name, each.line_id, *amounts, local_minute(each.shown_at, zone), *labels)
    if rows:
        out.print(shown)
    worse = sum(each.quoted_more for _, each in rows)
    out.print(f"{len(rows):,} deviate; of {worse:,} the quote was the better for the customer")


def _plain(quote: Quote) -> dict[str, Any]:
    return {
        "quote": str(quote.quote_id),
        "programme": quote.programme,
        "programme_sha256": quote.programme_sha256,
        "snapshot_sha256": quote.snapshot_sha256,
        "as_of": quote.as_of.isoformat(),
        "line": quote.line_id,
        "language": quote.language,
        "shown_at": quote.shown_at.isoformat(),
        "through": quote.through,
        "visitor": quote.visitor,
        "decisions": {
            name: {
                "label": each.label,
                "code": each.code,
                "amount": each.amount,
                "missing": list(each.missing),
            }
            for name, each in quote.decisions.items()
        },
    }


def _deviation(each: Deviation) -> dict[str, Any]:
    return {
        "line": each.line_id,
        "quoted": each.quoted,
        "due": each.due,
        "quoted_label": each.quoted_label,
        "due_label": each.due_label,
        "quoted_more": each.quoted_more,
        "upheld": each.is_upheld,
        "quote": str(each.quote_id),
        "shown_at": each.shown_at.isoformat(),
    }
