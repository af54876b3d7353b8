"""Who may sign in to a demonstration: some customers, and a member of staff for each desk."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from makegood.kernel import SystemClock

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play

_DESKS = ("author", "approver", "officer", "second-officer", "supervisor", "call-centre")
_OF_EACH = 2
_STEP_SECONDS = 30


def sample_customers(play: Play, day: date) -> tuple[Mapping[str, str], ...]:
    """Some who may apply and have not, some whose application is under way, and anybody."""
    may, has = _lines(play, day)
    anybody = play.world.line_ids()
    play.accounts.know([*may[:_OF_EACH], *has[:_OF_EACH], *anybody[:_OF_EACH]])
    wanted: dict[str, str] = {}
    for note, lines in (("may apply", may), ("has applied", has), ("anybody", anybody)):
        for line in lines[:_OF_EACH]:
            wanted.setdefault(play.world.customer_of(line), note)
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
        return open_ones, applied
    return [], []


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


def authenticator_code(secret: str, at_seconds: int | None = None) -> str:
    """What an authenticator with this secret shows: six digits (RFC 6238, RFC 4226 5.3).

    ``at_seconds`` counts from 1970; now without it.
    """
    instant = int(SystemClock().now().timestamp()) if at_seconds is None else at_seconds
    steps = instant // _STEP_SECONDS
    digest = hmac.digest(base64.b32decode(secret), steps.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
