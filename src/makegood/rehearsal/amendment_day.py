"""The day on which the programme is amended in the middle."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from makegood.rehearsal.amending import FILE_NAME as AMENDED
from makegood.rehearsal.amending import Amendment, amendment_of
from makegood.rehearsal.cast import Cast
from makegood.rehearsal.customers import Customers
from makegood.rehearsal.pools import fill_all
from makegood.rehearsal.staff import Staff

if TYPE_CHECKING:
    from makegood.rehearsal.playing import Play


def amend(play: Play, day: date, staff: Staff, cast: Cast, customers: Customers) -> None:
    """What was left open is named and amounts become better, by two persons as before."""
    from makegood.programmes import load_messages_beside, load_programme, load_text

    own = play.programme_file.parent / AMENDED
    play.tell(play.now, "the programme is amended")
    if own.is_file():
        amended = load_programme(own)
        pools: tuple[str, ...] = ()
        play.amendment = Amendment(amended.text, (), amounts=True)
    else:
        play.amendment = amendment_of(play.programme, day, better_amounts=True)
        amended, pools = load_text(play.amendment.text, AMENDED), play.amendment.pools
    fill_all(play, staff, amended, pools)
    messages = load_messages_beside(play.programme_file, amended)
    play.publish(staff, amended, messages)
    play.programme = cast.programme = customers.programme = amended
    play.story.amended_at = play.now
    acts = cast.choosers(datetime.combine(day, time(12, 0)))
    customers.plan(acts, not_before=play.now)
