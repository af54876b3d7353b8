"""The monthly review: what was done with personal data, and what of it was unusual."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from makegood.kernel import Finding as Wrong
from makegood.kernel import MakegoodError, Progress, silent
from makegood.trust.access.gate import Request, decide, write_decision
from makegood.trust.access.plain_words import checked_customer_id, checked_reason
from makegood.trust.access.review.accesses import REFUSED, Access, accesses
from makegood.trust.access.review.keeping import LogState, log_state
from makegood.trust.access.review.marks import Mark, Verdict, make_mark, marks_of
from makegood.trust.access.review.rules import Key, Rule, rules
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import committed_before_shown
from makegood.trust.clock import now
from makegood.trust.policy import Act, Purpose, Resource, ResourceKind

ENTRIES_NAMED_MAX = 100
_TELL_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something unusual: who, on which day or at whom, how often, and the entries of the log.

    ``about`` is a day, a customer or a case, as the rule has it. ``limit`` is what it passed.
    ``entries`` are the first 100 of ``count``; ``reasons`` are theirs, or what proves a consent,
    up to 100 different ones. ``mark`` is what a reviewer said of it.
    """

    finding_id: str
    rule: Rule
    actor: str
    about: str
    count: int
    limit: int
    entries: tuple[str, ...]
    reasons: tuple[str, ...]
    mark: Mark | None

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``--json``."""
        return {
            "finding": self.finding_id,
            "rule": self.rule.name,
            "words": {"ko": self.rule.ko, "en": self.rule.en},
            "actor": self.actor,
            "about": self.about,
            "count": self.count,
            "limit": self.limit,
            "entries": list(self.entries),
            "reasons": list(self.reasons),
            "looked_at": self.mark.as_json() if self.mark else None,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """A month in figures, and what was unusual in it.

    ``month`` is its first day; ``made_at`` is in the zone of working hours.
    """

    month: date
    made_at: datetime
    made_by: str
    total: int
    by_kind: Counter[str]
    by_actor: Counter[str]
    by_purpose: Counter[str]
    by_day: Counter[int]
    by_hour: Counter[int]
    persons: int
    findings: tuple[Unusual, ...]
    log: LogState

    @property
    def refused(self) -> int:
        """How many were refused."""
        return self.by_kind[REFUSED]

    @property
    def not_looked_at(self) -> int:
        """Findings of which no reviewer has said anything yet."""
        return sum(one.mark is None for one in self.findings)

    def as_json(self) -> dict[str, object]:
        """Plain values, for ``--json``."""
        return {
            "month": f"{self.month:%Y-%m}",
            "made_at": self.made_at.isoformat(),
            "made_by": self.made_by,
            "accesses": self.total,
            "persons": self.persons,
            "by_kind": dict(self.by_kind.most_common()),
            "by_actor": dict(self.by_actor.most_common()),
            "by_purpose": dict(self.by_purpose.most_common()),
            "by_day": {str(day): self.by_day[day] for day in sorted(self.by_day)},
            "by_hour": {str(hour): self.by_hour[hour] for hour in sorted(self.by_hour)},
            "findings": [one.as_json() for one in self.findings],
            "not_looked_at": self.not_looked_at,
            "log": self.log.as_json(),
        }


def review_month(
    visitor: Visitor,
    month: date,
    zone: ZoneInfo,
    *,
    colleagues: Iterable[str] = (),
    progress: Progress = silent,
) -> Review:
    """Review the accesses of a month; the review is an entry of its own, ``access.reviewed``.

    The log is read twice: to count, and to name the entries of what is unusual. Raises Refused
    MG770, MakegoodError MG771, and MG778 for a month that has not begun.
    """
    begin, end = _stretch(month, zone)
    decision = decide(_request(visitor, Act.REVIEW_ACCESS))
    found = _counted(begin, end, zone, frozenset(colleagues), progress)
    review = found.review(begin, visitor.actor, _named(found, begin, end, zone, progress))
    with committed_before_shown():
        write_decision(
            decision,
            "access.reviewed",
            [],
            month=f"{begin:%Y-%m}",
            accesses=review.total,
            findings=len(review.findings),
            not_looked_at=review.not_looked_at,
        )
    return review


def look_at(
    visitor: Visitor, review: Review, finding_id: str, verdict: Verdict | str, note: str
) -> Mark:
    """Say what came of a finding; once, kept with the log's entry that says so.

    Raises Refused MG770, MakegoodError MG777 for a finding that is not in the review or was looked
    at already, MG773 for a note that is none or names somebody.
    """
    known = {one.finding_id: one for one in review.findings}
    if finding_id not in known:
        message = f"the review of {review.month:%Y-%m} has no finding '{finding_id}'"
        hint = "list them with 'makegood access review --month YYYY-MM'"
        raise MakegoodError(Wrong("MG777", message, hint))
    if verdict not in set(Verdict):
        hint = f"use one of {', '.join(Verdict)}"
        raise MakegoodError(Wrong("MG777", "a finding does not end in this word", hint))
    note = checked_reason(note)
    decision = decide(_request(visitor, Act.REVIEW_ACCESS))
    with committed_before_shown():
        mark = make_mark(finding_id, review.month, visitor.actor, str(verdict), note)
        write_decision(
            decision,
            "access.reviewed",
            [],
            month=f"{review.month:%Y-%m}",
            finding=finding_id,
            verdict=str(verdict),
            note=note,
        )
    return mark


def accesses_to(
    visitor: Visitor,
    customer_id: str,
    zone: ZoneInfo,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    purpose: str = Purpose.AUDIT,
    case: str = "",
) -> list[Access]:
    """Who had access to one person's data and why, the oldest first; itself recorded.

    Raises Refused MG770, and MakegoodError MG771, MG772, MG774.
    """
    checked_customer_id(customer_id)
    resource = Resource(ResourceKind.LOG)
    decision = decide(Request(visitor, Act.READ_LOG, resource, purpose, case))
    found = list(accesses(zone, since=since, until=until, person=customer_id))
    with committed_before_shown():
        write_decision(decision, "log.read", [], about=f"customer:{customer_id}", found=len(found))
    return found


def _request(visitor: Visitor, act: Act) -> Request:
    return Request(visitor, act, Resource(ResourceKind.LOG), Purpose.AUDIT)


def _stretch(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begin = datetime(month.year, month.month, 1, tzinfo=zone)
    years, months = divmod(month.month, 12)
    end = datetime(month.year + years, months + 1, 1, tzinfo=zone)
    if begin > now():
        hint = "name a month that has begun, as 2026-11"
        raise MakegoodError(Wrong("MG778", f"{month:%Y-%m} has not begun", hint))
    return begin, end


class _Found:
    """The counts of a month."""

    def __init__(self, all_rules: tuple[Rule, ...]) -> None:
        self.rules = all_rules
        self.total = 0
        self.by_kind: Counter[str] = Counter()
        self.by_actor: Counter[str] = Counter()
        self.by_purpose: Counter[str] = Counter()
        self.by_day: Counter[int] = Counter()
        self.by_hour: Counter[int] = Counter()
        self.persons: set[str] = set()
        self.keys: dict[str, Counter[Key]] = {rule.name: Counter() for rule in all_rules}

    def add(self, access: Access) -> None:
        self.total += 1
        self.by_kind[access.kind] += 1
        self.by_actor[access.actor] += 1
        self.by_purpose[access.purpose or "–"] += 1
        self.by_day[access.at.day] += 1
        self.by_hour[access.at.hour] += 1
        if access.person:
            self.persons.add(access.person)
        for rule in self.rules:
            key = rule.key(access)
            if key is not None:
                self.keys[rule.name][key] += 1

    def review(self, begin: datetime, actor: str, findings: tuple[Unusual, ...]) -> Review:
        return Review(
            begin.date(),
            now().astimezone(begin.tzinfo),
            actor,
            self.total,
            self.by_kind,
            self.by_actor,
            self.by_purpose,
            self.by_day,
            self.by_hour,
            len(self.persons),
            findings,
            log_state(),
        )


def _counted(
    begin: datetime,
    end: datetime,
    zone: ZoneInfo,
    colleagues: frozenset[str],
    progress: Progress,
) -> _Found:
    found = _Found(rules(colleagues))
    for access in _told(accesses(zone, since=begin, until=end), "read the log", progress):
        found.add(access)
    return found


def _named(
    found: _Found, begin: datetime, end: datetime, zone: ZoneInfo, progress: Progress
) -> tuple[Unusual, ...]:
    """The unusual keys with their entries, rule by rule, the most frequent first."""
    limits = {rule.name: rule.limits(found.keys[rule.name]) for rule in found.rules}
    if not any(limits.values()):
        return ()
    entries: defaultdict[tuple[str, Key], list[str]] = defaultdict(list)
    reasons: defaultdict[tuple[str, Key], dict[str, None]] = defaultdict(dict)
    for access in _told(accesses(zone, since=begin, until=end), "name entries", progress):
        for rule in found.rules:
            key = rule.key(access)
            if key is None or key not in limits[rule.name]:
                continue
            if len(entries[rule.name, key]) < ENTRIES_NAMED_MAX:
                entries[rule.name, key].append(access.entry_id)
            reason = rule.reason(access)
            if reason and len(reasons[rule.name, key]) < ENTRIES_NAMED_MAX:
                reasons[rule.name, key][reason] = None
    marks = marks_of(begin.date())
    made = []
    for rule in found.rules:
        for key, limit in limits[rule.name].items():
            named = _finding_id(begin.date(), rule.name, key)
            made.append(
                Unusual(
                    named,
                    rule,
                    *key,
                    found.keys[rule.name][key],
                    limit,
                    tuple(entries[rule.name, key]),
                    tuple(reasons[rule.name, key]),
                    marks.get(named),
                )
            )
    order = {rule.name: place for place, rule in enumerate(found.rules)}
    return tuple(sorted(made, key=lambda one: (order[one.rule.name], -one.count, one.finding_id)))


def _finding_id(month: date, rule: str, key: Key) -> str:
    """The same finding has the same name in every review of its month."""
    digest = sha256("\n".join(key).encode()).hexdigest()[:8]
    return f"{month:%Y-%m}-{rule}-{digest}"


def _told(found: Iterator[Access], stage: str, progress: Progress) -> Iterator[Access]:
    for done, access in enumerate(found):
        if done % _TELL_EVERY == 0:
            progress(stage, done, None)
        yield access
