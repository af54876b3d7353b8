"""Who may sign in to a demonstration: some customers, and a member of staff for each desk."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play

_DESKS = ("author", "approver", "officer", "second-officer", "supervisor", "call-centre")
_OF_EACH = 2


def sample_customers(play: Play, day: date) -> tuple[Mapping[str, str], ...]:
    """Some who may apply and have not, and some whose application is under way."""
    may, has = _lines(play, day)
    wanted = {
        play.world.customer_of(line): note
        for note, lines in (("may apply", may), ("has applied", has))
        for line in lines[:_OF_EACH]
    }
    people = play.world.people(play.home.folder / "contacts.parquet", set(wanted))
    return tuple(
        {
            "phone": people[one]["phone"],
            "birth_date": str(people[one]["birth_date"]),
            "name": people[one]["name"],
            "bank_code": play.accounts.number(one)[0],
            "account_number": play.accounts.number(one)[1],
            "who": note,
        }
        for one, note in wanted.items()
        if one in people
    )


def _lines(play: Play, day: date) -> tuple[list[str], list[str]]:
    """Lines that may apply to be paid to an account and have not, and lines that have applied."""
    for name, measure in play.programme.measures.items():
        refund = measure.section.refund
        if refund is None or refund.to != "bank_account":
            continue
        applied = sorted(play.story.lines_with(name))
        standing = play.standings.of(name, day, play.world.line_ids(), amended=False)
        open_ones = [
            line
            for line, (word, amount) in sorted(standing.items())
            if word == "on_application" and amount and line not in set(applied)
        ]
        play.accounts.know(open_ones[:_OF_EACH])
        return open_ones, applied
    return play.world.line_ids()[: 2 * _OF_EACH], []


def employ_at_pages() -> tuple[Mapping[str, str], ...]:
    """Passwords and authenticators for the members whom the rehearsal employed."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from makegood.trust.staff import member_named

    made = []
    for desk in _DESKS:
        member = member_named(f"{desk}.rehearsal")
        password, secret = f"demo-{secrets.token_hex(4)}", generate_totp_secret()
        member.set_password(password)
        member.save()
        TOTP.activate(member, secret)
        made.append(
            {
                "sign_in_name": member.sign_in_name,
                "password": password,
                "authenticator": secret,
                "desk": desk,
            }
        )
    return tuple(made)
