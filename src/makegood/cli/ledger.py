"""``makegood ledger``: what is owed and what was paid, against the budget."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.exit_codes import FINDING
from makegood.cli.figures import change_text
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, show_findings, table
from makegood.cli.visiting import permitted, visiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from makegood.ledger import Balance, Verified
    from makegood.programmes import Programme


def add_to(application: typer.Typer) -> None:
    """Make the command one of the program's."""
    application.command()(ledger)


def ledger(
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its name: kt-2025.")],
    by_day: Annotated[bool, typer.Option("--by-day", help="What each day changed.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Add it up again; compare with claims and runs.")
    ] = False,
    json_wanted: Json = False,
) -> None:
    """Show what is promised, claimed, approved, paid, returned and released, per measure.

    Example: `makegood ledger kt-2025 --verify`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood import ledger as books
        from makegood.redress.serving import programme_in_force
        from makegood.runs import verify_ledger
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.READ_LEDGER, ResourceKind.LEDGER, resource_id=programme)
        file = programme_in_force(programme)
        found = books.balances(programme)
        days = books.movements(programme) if by_day else []
        verified = verify_ledger(programme) if verify else None
    measures = _measures(file, found)
    if json_wanted:
        answer(_plain(file, measures, days, verified))
    else:
        _tell(file, measures, days)
        if verified is not None:
            count = f"{verified.transfers:,} transfers, {verified.compared:,} sums compared"
            show_findings(verified.findings)
            out.print(f"{count}: {'they do not agree' if verified.findings else 'all agree'}")
    if verified is not None and verified.findings:
        raise typer.Exit(FINDING)


def _measures(programme: Programme, found: Sequence[Balance]) -> dict[str, dict[str, int | None]]:
    """The accounts of each measure, with budget and liability; minor units."""
    from makegood.ledger import OWED, Account, amount_in

    names = dict.fromkeys([*programme.measures, *(balance.measure for balance in found)])
    measures: dict[str, dict[str, int | None]] = {}
    for name in names:
        own = [balance for balance in found if balance.measure == name]
        measure = programme.measures.get(name)
        budget = measure.section.budget if measure else None
        if not own and budget is None:
            continue
        measures[name] = {
            "budget": budget,
            **{
                account.value: amount_in(own, account)
                for account in Account
                if account is not Account.BUDGET
            },
            "liability": sum(amount_in(own, account) for account in OWED),
        }
    return measures


def _tell(
    programme: Programme,
    measures: dict[str, dict[str, int | None]],
    days: Sequence[tuple[date, Balance]],
) -> None:
    columns = list(next(iter(measures.values()), {}))
    shown = table(f"Ledger of {programme.identifier}", ["measure", *columns], columns)
    for name, amounts in measures.items():
        shown.add_row(name, *(_amount(programme, amounts[column]) for column in columns))
    if len(measures) > 1:
        totals = {
            column: sum(amounts[column] or 0 for amounts in measures.values()) for column in columns
        }
        whole = programme.section.budget
        totals["budget"] = totals["budget"] if whole is None else whole
        shown.add_row(
            "all", *(_amount(programme, totals[column]) for column in columns), style="bold"
        )
    out.print(shown if measures else "nothing stands in the ledger yet")
    if days:
        moves = table(
            "By day", ["day", "measure", "account", "change", "heads"], ["change", "heads"]
        )
        for day, balance in days:
            change = change_text(programme.currency, balance.amount)
            where = (balance.measure, balance.account.value)
            moves.add_row(day.isoformat(), *where, change, f"{balance.heads:+,}")
        out.print(moves)


def _plain(
    programme: Programme,
    measures: dict[str, dict[str, int | None]],
    days: Sequence[tuple[date, Balance]],
    verified: Verified | None,
) -> dict[str, Any]:
    return {
        "ok": verified is None or not verified.findings,
        "programme": programme.identifier,
        "currency": programme.section.currency.code,
        "budget": programme.section.budget,
        "measures": measures,
        "by_day": [
            {
                "day": day.isoformat(),
                "measure": balance.measure,
                "account": balance.account.value,
                "change": balance.amount,
                "heads": balance.heads,
            }
            for day, balance in days
        ],
        "verified": None
        if verified is None
        else {
            "transfers": verified.transfers,
            "compared": verified.compared,
            "findings": [finding.as_json() for finding in verified.findings],
        },
    }


def _amount(programme: Programme, amount: int | None) -> str:
    return "" if amount is None else programme.currency.plain(amount)
