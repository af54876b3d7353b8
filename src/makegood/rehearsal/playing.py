"""The rehearsal is played: day by day, from the announcement to the last grant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from makegood.kernel import Progress, silent
from makegood.rehearsal.accounts import Accounts
from makegood.rehearsal.amending import FILE_NAME as AMENDED
from makegood.rehearsal.amending import Amendment, amendment_of
from makegood.rehearsal.cast import Cast
from makegood.rehearsal.clock import VirtualClock
from makegood.rehearsal.crashes import crash_and_come_back
from makegood.rehearsal.customers import Customers, instant, local
from makegood.rehearsal.desk import fill, release, retry_failed, top_up, waits_for_retry
from makegood.rehearsal.draws import Draws
from makegood.rehearsal.home import Home
from makegood.rehearsal.levels import Level
from makegood.rehearsal.outside import Outside
from makegood.rehearsal.schedule import Schedule, schedule_of
from makegood.rehearsal.staff import Staff, employ, put_in_force
from makegood.rehearsal.standings import Standings
from makegood.rehearsal.story import Story, Tell, kind_of_trouble, nobody_listens
from makegood.rehearsal.workers import Workers
from makegood.rehearsal.world import World

if TYPE_CHECKING:
    from uuid import UUID

    from makegood.configuration import Settings
    from makegood.programmes import MessageTemplates, Programme
    from makegood.runs import RunRow

_ROUNDS_MAX = 40
_BEATS = (time(0, 6), time(9, 2), time(10, 2), time(17, 0))
_QUIET_BEATS = (time(10, 2),)
_LAST_BEAT = time(23, 10)
_STAFF_HOURS = (9, 19)
_RUNS_MAX = 5_000
_TOLD = {
    "applied": "applied",
    "applied_again": "applied again",
    "corrected": "corrected an account",
    "withdrawn": "withdrew",
    "chose": "chose",
    "coupon": "took a coupon",
    "approved": "approved by two persons",
    "told_returned": "came back",
}
_OVER = frozenset({"closed", "cancelled", "stopped"})


@dataclass(slots=True)
class Play:
    """A rehearsal under way: its world, its people, its clock, and what happened so far."""

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
    versions: list[tuple[datetime, str]] = field(default_factory=list)
    amendment: Amendment | None = None
    crew: Staff | None = None
    accounts_known: Accounts | None = None
    _kills_left: int = 0
    _restarts_left: int = 0
    retried: dict[UUID, int] = field(default_factory=dict)
    _heavy_left: int = 1

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
        self._kills_left, self._restarts_left = self.level.kills, self.level.restarts
        self._heavy_left = max(1, len(schedule.heavy))
        staff, customers = self._begin(schedule)
        cast = Cast(self.programme, self.standings, Draws(self.seed, "cast"), self.world.lines)
        day, tail = schedule.first, 0
        while day <= schedule.last or (tail < schedule.tail_days and self._is_open(staff)):
            if until is not None and day > until:
                break
            waits = (next_at := customers.next_at()) is not None and next_at.date() <= day
            registers = day - timedelta(days=1) in schedule.registered
            if day in schedule.visited or waits or registers or self._is_busy(day, staff):
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
        self._publish(staff, self.programme, messages)
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

    def _publish(
        self, staff: Staff, programme: Programme, messages: MessageTemplates | None
    ) -> None:
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
        if day in schedule.cast_on or as_of in schedule.registered:
            acts = cast.applicants(day, amended=self.amendment is not None)
            customers.plan(acts, not_before=self.now)
        if self.amendment is not None:
            customers.plan(cast.takers(day), not_before=self.now)
        heavy = day in schedule.heavy
        beats = _BEATS if heavy else _QUIET_BEATS
        for at in beats:
            moment = datetime.combine(day, at)
            self._customers_until(moment, customers)
            if day == schedule.amended_on and at == _QUIET_BEATS[0]:
                self.move_to(moment)
                self._amend(day, staff, cast, customers)
            self._beat(moment, staff, customers, heavy=heavy)
        self._customers_until(datetime.combine(day, _LAST_BEAT), customers)
        self._beat(datetime.combine(day, _LAST_BEAT), staff, customers, heavy=False)
        self._finish_claims(day)
        top_up(self, day, schedule, staff)
        self._tell_day(day, staff)

    def _tell_day(self, day: date, staff: Staff) -> None:
        """What people did on a day, and the runs that were planned on it."""
        did: Counter[str] = Counter()
        for (when, _, what, _), count in self.story.by_day.items():
            if when == day and what in _TOLD:
                did[what] += count
        told = [f"{count:,} {_TOLD[what]}" for what, count in did.items()]
        told += [
            f"{run.kind.value} {run.measure}: {run.items:,}"
            for run in self._runs(staff)
            if run.items and local(run.planned_at, self.zone).date() == day
        ]
        if told:
            self.tell(self.now, "; ".join(told))

    def _customers_until(self, at: datetime, customers: Customers) -> None:
        for act in customers.take_until(at):
            self.move_to(act.at)
            customers.do(act)

    def _beat(self, at: datetime, staff: Staff, customers: Customers, *, heavy: bool) -> None:
        """Work, staff, and the outside, until nobody has anything to do."""
        self.move_to(at)
        if heavy:
            self._go_wrong()
        if _STAFF_HOURS[0] <= at.hour < _STAFF_HOURS[1]:
            customers.decide_waiting(self.now)
        for _ in range(_ROUNDS_MAX):
            worked = self._work()
            released = release(self, staff) if _STAFF_HOURS[0] <= at.hour < _STAFF_HOURS[1] else 0
            stepped = self.outside.step(self.clock.now())
            if not (worked or released or stepped):
                break
        customers.hear(self.now)
        if _STAFF_HOURS[0] <= at.hour < _STAFF_HOURS[1]:
            retry_failed(self, staff)

    def _work(self) -> int:
        from makegood.runs import work

        done = work(self.settings, until_idle=True, progress=self.progress)
        self.troubles.update(kind_of_trouble(words) for words in done.troubles)
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

    # --- The amendment ---

    def _amend(self, day: date, staff: Staff, cast: Cast, customers: Customers) -> None:
        """What was left open is named and amounts become better, by two persons as before."""
        from makegood.programmes import load_messages_beside, load_programme, load_text

        own = self.programme_file.parent / AMENDED
        self.tell(self.now, "the programme is amended")
        if own.is_file():
            amended = load_programme(own)
            pools: tuple[str, ...] = ()
            self.amendment = Amendment(amended.text, (), amounts=True)
        else:
            self.amendment = amendment_of(self.programme, day, better_amounts=True)
            amended, pools = load_text(self.amendment.text, AMENDED), self.amendment.pools
        for pool in pools:
            fill(self, pool, staff)
        messages = load_messages_beside(self.programme_file, amended)
        self._publish(staff, amended, messages)
        self.programme = cast.programme = customers.programme = amended
        self.story.amended_at = self.now
        acts = cast.choosers(datetime.combine(day, time(12, 0)))
        customers.plan(acts, not_before=self.now)

    # --- What goes wrong ---

    def _go_wrong(self) -> None:
        """Several workers work at once, and some of them are killed on the way."""
        from django.db import connections

        share = -(-self._kills_left // self._heavy_left)
        self._heavy_left = max(1, self._heavy_left - 1)
        if self.workers is None or not share:
            return
        random = Draws(self.seed, "kills").random(self.clock.now().isoformat())
        crash = None
        if self._restarts_left and random.random() < 0.4:  # noqa: PLR2004 - spread over the whole
            self._restarts_left -= 1
            crash = Timer(0.05 + random.random(), crash_and_come_back, [self.settings])
            crash.start()
            self.story.survived["restarts"] += 1
        kills = min(share, self._kills_left)
        done = self.workers.at_once(self.level.workers, kills, random)
        if crash is not None:
            crash.join()
            connections.close_all()
        self._kills_left -= done.killed
        self.story.survived["kills"] += done.killed
        self.story.survived["workers"] += done.started
        # What a dead worker had in hand is free again after its lease.
        self.clock.move_to(self.clock.now() + timedelta(minutes=4))

    # --- The end ---

    def _is_open(self, staff: Staff) -> bool:
        """Whether a run has not come to its end, or failed items wait to be tried again."""
        from makegood.runs import messages_waiting

        is_open = any(run.state not in _OVER for run in self._runs(staff))
        waits = messages_waiting(self.programme.identifier)
        return is_open or bool(waits or waits_for_retry(self))

    def _runs(self, staff: Staff) -> list[RunRow]:
        from makegood.runs import list_runs

        return list_runs(staff.visitor("officer"), self.programme.identifier, limit=_RUNS_MAX)

    def _is_busy(self, day: date, staff: Staff) -> bool:
        """Whether something waits for this day: a run, claims to be paid, choices to be granted."""
        from makegood.redress.choices import chosen
        from makegood.redress.claims import payable

        name = self.programme.identifier
        for measure in self.programme.measures.values():
            refund = measure.section.refund
            if refund and refund.to == "bank_account" and payable(name, measure.name, day).num_rows:
                return True
            if measure.section.choice and chosen(name, measure.name).num_rows:
                return True
        return self._is_open(staff)

    def _end(self) -> None:
        from makegood.trust.audit import integrate_all, publish_checkpoint
        from makegood.trust.keys import MasterKey

        self.tell(self.now, "the books are closed")
        integrate_all()
        publish_checkpoint(MasterKey.open(self.settings), self.settings.log_origin)
