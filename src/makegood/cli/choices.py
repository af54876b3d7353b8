"""``choice make | show`` and ``coupon take | list``: what customers choose and take."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.figures import local_minute, zone_of
from makegood.cli.options import Json
from makegood.cli.output import answer, expect_json, out, table
from makegood.cli.visiting import permitted, visiting
from makegood.kernel import Finding, MakegoodError, did_you_mean

commands = typer.Typer(help="One of several things, as a customer chooses.", no_args_is_help=True)
coupon_commands = typer.Typer(help="Coupons of partners' offers.", no_args_is_help=True)

Programme = Annotated[str, typer.Argument(metavar="PROGRAMME", help="A programme in force.")]
Measure = Annotated[str, typer.Argument(metavar="MEASURE", help="The measure's name.")]
Line = Annotated[str, typer.Argument(metavar="LINE", help="The line's pseudonym.")]
Through = Annotated[
    str, typer.Option("--through", metavar="CHANNEL", help="web, call_centre or shop.")
]
Case = Annotated[str, typer.Option("--case", metavar="CASE", help="The case it is for.")]


@commands.command()
def make(
    programme: Programme,
    measure: Measure,
    line: Line,
    option: Annotated[str, typer.Argument(metavar="OPTION", help="What is chosen.")],
    through: Through = "call_centre",
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Choose for a line; choosing again changes it until it is granted.

    Example: `makegood choice make kt-2025 content_pass L000000017 music --case CALL-17`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress.choices import choose

        made = choose(visitor, programme, measure, line, option, through, case=case)
    if json_wanted:
        answer(
            {
                "ok": True,
                "option": made.option,
                "state": str(made.state),
                "is_new": made.is_new,
                "chosen_at": made.chosen_at.isoformat(),
            }
        )
        return
    word = "chosen" if made.is_new else "changed"
    out.print(f"{measure}: {made.option} {word}")


@commands.command()
def show(
    programme: Programme,
    measure: Measure,
    line: Annotated[
        str, typer.Option("--line", metavar="LINE", help="What this line chose instead.")
    ] = "",
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Show how often each option stands chosen and waits to be granted, or what a line chose.

    Of a line it says whether a code was given, and never the code.

    Example: `makegood choice show kt-2025 content_pass --line L000000017 --case CALL-17`
    """
    expect_json(json_wanted)
    if line:
        _show_line(programme, measure, line, case, json_wanted=json_wanted)
        return
    with visiting() as visitor:
        from makegood.redress.choices import counts_of
        from makegood.trust.policy import Act, ResourceKind

        permitted(visitor, Act.READ_RUNS, ResourceKind.RUN)
        _expect_choice(programme, measure)
        found = counts_of(programme, measure)
    if json_wanted:
        counts = [
            {"option": option, "state": state, "lines": lines} for option, state, lines in found
        ]
        answer({"ok": True, "counts": counts})
        return
    shown = table("Choices", ["option", "state", "lines"], ["lines"])
    for option, state, lines in found:
        shown.add_row(option, state, f"{lines:,}")
    out.print(shown if found else "nothing is chosen yet")


def _show_line(programme: str, measure: str, line: str, case: str, *, json_wanted: bool) -> None:
    with visiting() as visitor:
        from makegood.redress.choices import choice_of, code_of_choice

        _expect_choice(programme, measure)
        has_code = code_of_choice(visitor, programme, measure, line, case=case) is not None
        made = choice_of(programme, measure, line)
    option, state = (made.option, str(made.state)) if made else ("", "")
    if json_wanted:
        answer({"ok": True, "option": option, "state": state, "code_given": has_code})
        return
    out.print(f"{measure}: {option} {state}; {'a code was given' if has_code else 'no code yet'}")


def _expect_choice(programme: str, measure: str) -> None:
    """Raises MakegoodError MG632, MG837 where there is nothing of this name to choose from."""
    from makegood.redress.serving import programme_in_force

    measures = programme_in_force(programme).measures
    choices = [name for name, each in measures.items() if each.section.choice]
    if measure not in choices:
        hint = did_you_mean(measure, choices) or f"one of: {', '.join(choices) or 'none'}"
        what = f"'{programme}' has no choice '{measure}'"
        raise MakegoodError(Finding("MG837", what, hint))


@coupon_commands.command()
def take(
    programme: Programme,
    measure: Measure,
    offer: Annotated[int, typer.Argument(metavar="OFFER", help="The offer's number, from 1.")],
    line: Line,
    through: Through = "call_centre",
    case: Case = "",
    json_wanted: Json = False,
) -> None:
    """Take the coupon of an offer for a line, and print its code; again gives the same one.

    Example: `makegood coupon take kt-2025 membership 1 L000000017 --case CALL-17`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from makegood.redress.choices import take_coupon

        code = take_coupon(visitor, programme, measure, offer, line, through, case=case)
    if json_wanted:
        answer({"ok": True, "code": code})
        return
    out.print(code)


@coupon_commands.command(name="list")
def listed(line: Line, case: Case = "", json_wanted: Json = False) -> None:
    """Show which coupons a line took; not their codes.

    Example: `makegood coupon list L000000017 --case CALL-17`
    """
    expect_json(json_wanted)
    with visiting() as visitor:
        from django.db import transaction

        from makegood.redress.choices import coupons_of
        from makegood.redress.serving import customer_of
        from makegood.trust.access import permit
        from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

        with transaction.atomic():
            customer = Resource(ResourceKind.CUSTOMER, customer_of(line))
            permit(visitor, Act.READ_CLAIMS, customer, purpose=Purpose.CUSTOMER_REQUEST, case=case)
        found = coupons_of(line)
        zones = {name: zone_of(name) for name in {each.programme for each in found}}
    if json_wanted:
        coupons = [
            {
                "programme": each.programme,
                "measure": each.measure,
                "offer": each.offer,
                "key": each.item_key,
                "taken_at": each.taken_at.isoformat(),
            }
            for each in found
        ]
        answer({"ok": True, "coupons": coupons})
        return
    shown = table("Coupons", ["programme", "measure", "offer", "taken"], ["offer"])
    for each in found:
        at = local_minute(each.taken_at, zones[each.programme])
        shown.add_row(each.programme, each.measure, str(each.offer), at)
    out.print(shown if found else "no coupon was taken")
