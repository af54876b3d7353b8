"""Who does what: customers of a measure, each with a plan, drawn from the seed.

Who plays is taken from all lines by how they stand by the oracle; nobody asks the program for it.
What somebody does is decided once; what they do about a refusal or a return, when it comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from makegood.rehearsal.draws import Draws
from makegood.rehearsal.hours import CHANNELS, morning, moved_into_hours
from makegood.rehearsal.standings import Standings

if TYPE_CHECKING:
    from makegood.programmes import Measure, Programme

ON_APPLICATION, WITH_DOCUMENT = "on_application", "with_document"
_WINDOW_DAYS = 30
_AFTER_REMINDER_HOURS = 40
_CLAIM_SHARE, _CLAIM_LEAST = 60, 200
_OTHER_SHARE, _OTHER_LEAST = 400, 40

# What a customer does with an application, out of a thousand.
WAYS = (
    ("plainly", 785),
    ("at_once", 40),
    ("again", 40),
    ("unknown_account", 40),
    ("others_account", 30),
    ("guardian", 15),
    ("withdrawn", 25),
    ("too_early", 15),
    ("too_late", 10),
)


# What is done, in turn, by those whose account may be in another name.
_OTHER_NAMES = ("guardian", "guardian_bare", "guardian", "plainly")
_OTHER_NAMES_SHARE = 2_000
_ACCOUNTS = {
    "unknown_account": "unknown",
    "others_account": "others",
    "guardian": "guardian",
    "guardian_bare": "guardian_bare",
}
_LOOKED_AT = 4_000
_EARLY_DAYS, _EARLY_MOST = 2, 24


def choosers_most(lines: int) -> int:
    """How many customers choose one of several things at most."""
    return max(_OTHER_LEAST, lines // _OTHER_SHARE)


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """Something that is going to be done. Instants are local to the programme, without a zone."""

    at: datetime
    line_id: str
    measure: str
    what: str
    through: str = field(default="web", compare=False)
    detail: str = field(default="", compare=False)


@dataclass(slots=True)
class Cast:
    """Casts customers as lines come to stand so that they may apply, choose or take.

    ``early`` are lines by measure that were looked up before anybody could apply.
    """

    programme: Programme
    standings: Standings
    draws: Draws
    lines: int
    early: dict[str, frozenset[str]] = field(default_factory=dict)
    _played: set[tuple[str, str]] = field(default_factory=set)

    def lookers(self, day: date, before: date) -> Iterator[Act]:
        """The plans of those who look up what is due to them, days before they can apply for it.

        They apply later, once facts were put right: see ``applicants``.
        """
        for name, measure in self.programme.measures.items():
            if measure.section.claim is None or not measure.section.refund:
                continue
            lines = [line for line, _ in self._listed(name, day, {ON_APPLICATION}, "early", paid=1)]
            some = lines[: max(6, min(_EARLY_MOST, self.lines // 4_000))]
            self.early[name] = frozenset(some)
            days = max(1, min(_EARLY_DAYS, (before - day).days))
            for line_id in some:
                later = timedelta(minutes=self.draws.below(days * 1440 - 900, "early", line_id))
                at = datetime.combine(day, time(9, 30)) + later
                yield self._act(at, line_id, name, "look_up", measure)

    def applicants(self, day: date, *, amended: bool) -> Iterator[Act]:
        """The plans of those who may apply from a day on and were not cast before."""
        for name, measure in self.programme.measures.items():
            claim = measure.section.claim
            if claim is None or (claim.until and claim.until.date() < day and not measure.late):
                continue
            words = {ON_APPLICATION, WITH_DOCUMENT}
            share, least = self._share(measure)
            if measure.section.refund:
                for line_id, way in self._surely(name, day, amended=amended):
                    yield from self._applies(measure, line_id, ON_APPLICATION, day, way)
            for line_id, word in self._some(name, day, words, share, least, amended=amended):
                yield from self._applies(measure, line_id, word, day)
            for line_id, _ in self._some(name, day, {"excluded", "undetermined"}, 5_000, 4):
                yield from self._applies(measure, line_id, ON_APPLICATION, day)

    def choosers(self, at: datetime) -> Iterator[Act]:
        """The plans of those who choose one of several things, from an instant on."""
        for name, measure in self.programme.measures.items():
            selection = measure.section.choice
            if not selection or not selection.options:
                continue
            share, least = _OTHER_SHARE, _OTHER_LEAST
            for line_id, _ in self._some(name, at.date(), {"automatic"}, share, least):
                options = sorted(selection.options)
                first = self.draws.one_of(options, "option", line_id)
                when = at + timedelta(minutes=5 + self.draws.below(8 * 24 * 60, "choose", line_id))
                yield self._act(when, line_id, name, "choose", measure, first)
                if self.draws.chance(250, "changes", line_id):
                    other = self.draws.one_of(options, "other option", line_id)
                    later = when + timedelta(minutes=self.draws.below(300, "later", line_id) + 1)
                    yield self._act(later, line_id, name, "choose", measure, other)

    def takers(self, day: date) -> Iterator[Act]:
        """The plans of those who take a coupon of an offer that opens on a day."""
        for name, measure in self.programme.measures.items():
            discount = measure.section.discount
            for number, offer in enumerate(discount.offers if discount else (), start=1):
                if offer.since != day or offer.pool is None:
                    continue
                span = min(6, (offer.until - offer.since).days)
                found = self._some(name, day, {"automatic"}, 2 * _OTHER_SHARE, 20, of=str(number))
                for line_id, _ in found:
                    later = self.draws.below(span * 1440 + 600, "coupon", number, line_id)
                    at = datetime.combine(day, time(9, 30)) + timedelta(minutes=later)
                    yield self._act(at, line_id, name, "coupon", measure, str(number))
                    if self.draws.chance(100, "coupon twice", number, line_id):
                        again = at + timedelta(minutes=7)
                        yield self._act(again, line_id, name, "coupon", measure, str(number))

    # --- Who ---

    def _share(self, measure: Measure) -> tuple[int, int]:
        """One of how many lines may be cast at most, and how many in any case."""
        if measure.section.refund:
            return _CLAIM_SHARE, _CLAIM_LEAST
        return _OTHER_SHARE, _OTHER_LEAST

    def _some(
        self,
        measure: str,
        day: date,
        words: set[str],
        share: int,
        least: int,
        *,
        of: str = "",
        amended: bool = False,
    ) -> list[tuple[str, str]]:
        """Lines that stand so and were not cast: some of them, drawn, as many as allowed."""
        most = max(least, self.lines // share)
        rows = self._listed(measure, day, words, of, most=2 * most, amended=amended)
        place = measure + of
        found: list[tuple[str, str]] = []
        already = sum(1 for name, _ in self._played if name == place)
        for line_id, word in rows:
            if len(found) + already >= most:
                break
            if (place, line_id) not in self._played and self.draws.chance(
                720 if least > _OTHER_LEAST else 1000, "plays", place, line_id
            ):
                found.append((line_id, word))
        self._played.update((place, line_id) for line_id, _ in found)
        return found

    def _listed(
        self,
        measure: str,
        day: date,
        words: set[str],
        of: str,
        *,
        most: int = _LOOKED_AT,
        paid: int = 0,
        amended: bool = False,
    ) -> list[tuple[str, str]]:
        """Lines that stand so, in an order that is drawn; of ``paid`` at least."""
        table = self.standings.table(measure, day, amended=amended)
        listed = ", ".join(f"'{word}'" for word in sorted(words))
        # Drawn by a hash of the line, so that the same lines are drawn whatever else there is.
        salt = self.draws.number("cast", measure, of) % 1_000_000_007
        return self.standings.duck.execute(
            f"SELECT line_id, word FROM {table} WHERE word IN ({listed}) AND amount >= {paid}"
            f" ORDER BY md5(line_id || '{salt}') LIMIT {most}"
        ).fetchall()

    def _surely(self, measure: str, day: date, *, amended: bool) -> list[tuple[str, str]]:
        """Lines that play whatever chance says, each with its way.

        Those that were looked up early, and some whose account may be in another name.
        """
        rows = self._listed(measure, day, {ON_APPLICATION}, "surely", paid=1, amended=amended)
        lines = [line for line, _ in rows if (measure, line) not in self._played]
        early = self.early.get(measure, frozenset())
        found = [(line, "plainly") for line in lines if line in early]
        facts = self.standings.facts_of(day, lines)
        others = [
            line
            for line in lines
            if line not in early and self.standings.oracle.other_name(measure, facts[line])
        ]
        most = max(8, self.lines // _OTHER_NAMES_SHARE)
        turns = zip(others[:most], cycle(_OTHER_NAMES), strict=False)
        found += list(turns)
        self._played.update((measure, line) for line, _ in found)
        return found

    # --- What and when ---

    def _applies(
        self, measure: Measure, line_id: str, word: str, day: date, way: str = ""
    ) -> Iterator[Act]:
        claim = measure.section.claim
        assert claim is not None  # noqa: S101 - whoever is cast may apply
        draws, name = self.draws, measure.name
        way = way or draws.weighted(WAYS, "way", name, line_id)
        at = self._when(measure, line_id, word, day)
        if draws.chance(300, "looks", name, line_id):
            before = at - timedelta(minutes=20 + draws.below(120, "looks when", line_id))
            yield self._act(max(before, morning(day)), line_id, name, "look_up", measure)
        if way == "too_early" and word == ON_APPLICATION:
            early = claim.since - timedelta(minutes=1 + draws.below(480, "early", line_id))
            yield self._act(early, line_id, name, "apply", measure, "own")
        if way == "too_late" and claim.until and word == ON_APPLICATION:
            late = claim.until + timedelta(minutes=draws.below(2000, "late", line_id))
            yield self._act(late, line_id, name, "apply", measure, "own")
            return
        account = _ACCOUNTS.get(way, "own")
        what = "apply_at_once" if way == "at_once" else "apply"
        if word == WITH_DOCUMENT:
            account, what = "own", "apply"
        yield self._act(at, line_id, name, what, measure, account)
        if way == "again":
            later = at + timedelta(minutes=3 + draws.below(4000, "again", line_id))
            yield self._act(later, line_id, name, "apply", measure, "own")
        if way == "withdrawn":
            later = at + timedelta(minutes=20 + draws.below(600, "withdraws", line_id))
            yield self._act(later, line_id, name, "withdraw", measure)

    def _when(self, measure: Measure, line_id: str, word: str, day: date) -> datetime:
        """When somebody applies: early, or when a reminder has come, or some time."""
        claim = measure.section.claim
        assert claim is not None  # noqa: S101
        draws, name = self.draws, measure.name
        opens = max(claim.since, morning(day))
        closes = opens + timedelta(days=_WINDOW_DAYS)
        if claim.until and word == ON_APPLICATION:
            closes = min(closes, claim.until)
        reminders = [at for at in measure.section.remind if opens < at < closes]
        if reminders and word == ON_APPLICATION:
            groups = [("early", 42), *((str(n), 18 - 3 * n) for n in range(len(reminders)))]
            group = draws.weighted([*groups, ("any", 12)], "group", name, line_id)
            if group == "early":
                closes = reminders[0]
            elif group != "any":
                opens = reminders[int(group)]
                limit = opens + timedelta(hours=_AFTER_REMINDER_HOURS)
                closes = min(limit, closes)
        minutes = max(2, int((closes - opens).total_seconds()) // 60 - 1)
        return opens + timedelta(minutes=1 + draws.below(minutes, "when", name, line_id))

    def _act(
        self,
        at: datetime,
        line_id: str,
        name: str,
        what: str,
        measure: Measure,
        detail: str = "",
    ) -> Act:
        claim = measure.section.claim
        open_ones = [str(way) for way in claim.through] if claim else ["web", "call_centre", "shop"]
        through = self.draws.weighted(
            [(way, CHANNELS[way]) for way in open_ones], "through", name, line_id, what
        )
        return Act(moved_into_hours(at, through), line_id, name, what, through, detail)
