"""The rehearsal is played: day by day, from the announcement to the last grant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.kernel import Progress, silent
from makegood.rehearsal.accounts import Accounts
from makegood.rehearsal.amending import Amendment
from makegood.rehearsal.amendment_day import amend
from makegood.rehearsal.cast import Cast
from makegood.rehearsal.clock import VirtualClock
from makegood.rehearsal.correcting import let_look_early
from makegood.rehearsal.customers import Customers, instant, local
from makegood.rehearsal.day_told import tell_day
from makegood.rehearsal.deciding import decide_waiting, keep_to_quotes
from makegood.rehearsal.desk import release, retry_failed, top_up
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.going_wrong import go_wrong
from makegood.rehearsal.hearing import hear
from makegood.rehearsal.home import Home
from makegood.rehearsal.levels import Level
from makegood.rehearsal.mishaps import Mishaps
from makegood.rehearsal.outside import Outside
from makegood.rehearsal.pools import refill
from makegood.rehearsal.schedule import BEATS, Schedule, schedule_of
from makegood.rehearsal.staff import Staff, employ, put_in_force
from makegood.rehearsal.standings import Standings
from makegood.rehearsal.steering import Steering, let_go_on
from makegood.rehearsal.still_waiting import is_busy, is_open
from makegood.rehearsal.story import Story, Tell, kind_of_trouble, nobody_listens
from makegood.rehearsal.workers import Workers
from makegood.rehearsal.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from makegood.configuration import Settings
    from makegood.programmes import MessageTemplates, Programme
    from makegood.runs import RunRow

_ROUNDS_MAX = 40
_QUIET_BEATS = (time(10, 2),)
_LAST_BEAT = time(23, 10)
_STAFF_HOURS = (9, 19)
_RUNS_MAX = 5_000


@dataclass(slots=True)
class Play:
    """A rehearsal under way: its world, its people, its clock, and what happened so far.

    ``mistakes`` are those of the program that work told, in words; ``rounds`` is how often the play
    itself worked.
    """

    settings: Settings
    programme: Programme
    programme_file: Path
    home: Home
    clock: VirtualClock
    world: World
    standings: Standings
    level: Level
    seed: int
    outside: Outside
    workers: Workers | None
    tell: Tell = nobody_listens
    progress: Progress = silent
    story: Story = field(default_factory=Story)
    troubles: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    versions: list[tuple[datetime, str]] = field(default_factory=list)
    amendment: Amendment | None = None
    crew: Staff | None = None
    accounts_known: Accounts | None = None
    retried: dict[UUID, int] = field(default_factory=dict)
    steering: Steering = field(init=False)
    mishaps: Mishaps = field(init=False)

    def __post_init__(self) -> None:
        self.steering = Steering(Draws(self.seed, "steering"))
        self.mishaps = Mishaps.of(self.level, Draws(self.seed, "mishaps"), 1)

    @property
    def zone(self) -> str:
        """The programme's time zone."""
        return self.programme.section.time_zone

    @property
    def now(self) -> datetime:
        """The present moment, local to the programme."""
        return local(self.clock.now(), self.zone)

    def move_to(self, at: datetime) -> None:
        """It is this local moment now."""
        self.clock.move_to(instant(at, self.zone))

    @property
    def accounts(self) -> Accounts:
        """The accounts of customers."""
        assert self.accounts_known is not None  # noqa: S101 - known from the first day on
        return self.accounts_known

    def all_runs(self) -> list[RunRow]:
        """Every run there is."""
        assert self.crew is not None  # noqa: S101 - there from the first day on
        return self._runs(self.crew)

    # --- From beginning to end ---

    def play(self, until: date | None = None) -> Schedule:
        """Everything, or what happens through a day."""
        schedule = schedule_of(self.programme, self.standings.oracle, self.world)
        stretches = len(schedule.stretches)
        self.mishaps = Mishaps.of(self.level, Draws(self.seed, "mishaps"), stretches)
        self.story.planned.update(kills=self.level.kills, restarts=self.level.restarts)
        staff, customers = self._begin(schedule)
        cast = Cast(self.programme, self.standings, Draws(self.seed, "cast"), self.world.lines)
        day, tail = schedule.first, 0
        while day <= schedule.last or (tail < schedule.tail_days and is_open(self)):
            if until is not None and day > until:
                break
            waits = (next_at := customers.next_at()) is not None and next_at.date() <= day
            registers = day - timedelta(days=1) in schedule.registered
            if day in schedule.visited or waits or registers or is_busy(self, day):
                self._day(day, schedule, staff, customers, cast)
            tail += day >= schedule.last
            day += timedelta(days=1)
        self._end()
        return schedule

    def _begin(self, schedule: Schedule) -> tuple[Staff, Customers]:
        from makegood.programmes import load_messages_beside
        from makegood.redress.serving import load_holders
        from makegood.trust.access import Visitor
        from makegood.trust.vault import load

        self.move_to(datetime.combine(schedule.announced, time(14, 0)))
        self.tell(self.now, "staff come, the programme is proposed and published")
        staff = self.crew = employ()
        messages = load_messages_beside(self.programme_file, self.programme)
        self.publish(staff, self.programme, messages)
        self.world.anchor = max(self.standings.oracle.BASE_DAYS.values(), default=schedule.first)
        for as_of in schedule.known_at_first:
            self._register(as_of)
        holders, contacts = self.home.folder / "holders.csv", self.home.folder / "contacts.parquet"
        self.world.write_holders(holders)
        load_holders(Visitor.console("rehearsal"), holders, self.progress)
        self.world.write_contacts(contacts, self.progress)
        load(contacts, actor="console:rehearsal", progress=self.progress)
        accounts = self.accounts_known = Accounts(
            self.world, contacts, self.outside, Draws(self.seed, "accounts")
        )
        draws = Draws(self.seed, "customers")
        customers = Customers(
            self.programme, self.world, self.standings, self.story, staff, accounts, draws
        )
        return staff, customers

    def publish(
        self, staff: Staff, programme: Programme, messages: MessageTemplates | None
    ) -> None:
        """A version is put in force by two persons, and told."""
        published = put_in_force(staff, programme, "as announced", messages)
        self.versions.append((published.published_at, published.sha256))

    def _register(self, as_of: date) -> None:
        """The lines as of a day become known here."""
        from makegood.redress.serving import register
        from makegood.trust.access import Visitor

        folder = self.world.population(as_of, self.progress)
        self.standings.snapshots[as_of] = folder
        register(Visitor.console("rehearsal"), folder, self.programme.identifier, self.progress)

    # --- A day ---

    def _day(
        self,
        day: date,
        schedule: Schedule,
        staff: Staff,
        customers: Customers,
        cast: Cast,
    ) -> None:
        as_of = day - timedelta(days=1)
        if as_of in schedule.registered:
            self.move_to(datetime.combine(day, time(0, 2)))
            self.tell(self.now, f"the lines as of {as_of} are registered")
            self._register(as_of)
        if day == schedule.first and schedule.corrected is not None:
            let_look_early(self, day, schedule.corrected, cast, customers)
        if day in schedule.cast_on or as_of in schedule.registered:
            acts = cast.applicants(day, amended=self.amendment is not None)
            customers.plan(acts, not_before=self.now)
        if self.amendment is not None:
            customers.plan(cast.takers(day), not_before=self.now)
        beats = BEATS if day in schedule.heavy else _QUIET_BEATS
        for at in beats:
            moment = datetime.combine(day, at)
            self._customers_until(moment, customers)
            if day == schedule.amended_on and at == _QUIET_BEATS[0]:
                self.move_to(moment)
                amend(self, day, staff, cast, customers)
            self._beat(moment, staff, customers, is_stretch=moment in schedule.stretches)
        self._customers_until(datetime.combine(day, _LAST_BEAT), customers)
        self._beat(datetime.combine(day, _LAST_BEAT), staff, customers, is_stretch=False)
        self._finish_claims(day)
        top_up(self, day, schedule, staff)
        tell_day(self, day)

    def _customers_until(self, at: datetime, customers: Customers) -> None:
        for act in customers.take_until(at):
            self.move_to(act.at)
            customers.do(act)

    def _beat(self, at: datetime, staff: Staff, customers: Customers, *, is_stretch: bool) -> None:
        """Work, staff, and the outside, until nobody has anything to do."""
        self.move_to(at)
        by_day = _STAFF_HOURS[0] <= at.hour < _STAFF_HOURS[1]
        mishap = self.mishaps.next(at, is_stretch=is_stretch)
        if by_day:
            decide_waiting(customers, at)
            keep_to_quotes(customers, at)
            refill(self, staff)
        for number in range(_ROUNDS_MAX):
            if mishap is not None and number == mishap.in_round:
                go_wrong(self, mishap, staff)
            worked = self._work()
            worked += let_go_on(self, staff)
            released = release(self, staff) if by_day else 0
            # By the hour of the beat, however long work took on the way.
            stepped = self.outside.step(instant(at, self.zone))
            if not (worked or released or stepped):
                break
        hear(customers, at)
        if by_day:
            retry_failed(self, staff)

    def _work(self) -> int:
        from makegood.runs import work

        done = work(self.settings, until_idle=True, progress=self.progress)
        others = [words for words in done.troubles if words not in done.faults]
        self.troubles.update(kind_of_trouble(words) for words in others)
        self.mistakes.update(done.faults)
        self.rounds += 1
        return int(done.steps)

    def _finish_claims(self, day: date) -> None:
        """A bank that did not answer is asked again before the day is over."""
        from makegood.redress.claims import ClaimState, claims

        waiting = [ClaimState.SUBMITTED, ClaimState.MENDED]
        for minutes in (12, 24, 44):
            if not claims(self.programme.identifier, states=waiting, limit=1):
                return
            self.move_to(datetime.combine(day, _LAST_BEAT) + timedelta(minutes=minutes))
            self._work()

    # --- The end ---

    def _runs(self, staff: Staff) -> list[RunRow]:
        from makegood.runs import list_runs

        return list_runs(staff.visitor("officer"), self.programme.identifier, limit=_RUNS_MAX)

    def _end(self) -> None:
        from makegood.trust.audit import integrate_all, publish_checkpoint
        from makegood.trust.keys import MasterKey

        self.tell(self.now, "the books are closed")
        integrate_all()
        publish_checkpoint(MasterKey.open(self.settings), self.settings.log_origin)
