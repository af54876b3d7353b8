"""What counts as unusual. Each rule is a key by which accesses are counted, and a limit.

The law of the reference case asks for a look at unusual accesses each month and names the kinds;
the limits are ours, and each finding says which one it passed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import TypeAlias

from makegood.trust.access.review.accesses import (
    DOWNLOADED,
    LOOKED_UP,
    READ_MASKED,
    REFUSED,
    REVEALED,
    Access,
)
from makegood.trust.policy import Purpose

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
LOOKED_AT_LEAST = 40
TIMES_THE_MEDIAN = 3
LOOKED_ALONE = 200
WITHOUT_CASE_LEAST = 10
SAME_PERSON_LEAST = 10
REFUSED_LEAST = 5
OPENED_LEAST, OPENED_ALONE = 20, 60
"""As LOOKED_AT_LEAST and LOOKED_ALONE, of reveals for a purpose that asks for no consent."""

NO_CONSENT_ASKED = frozenset({Purpose.COMPLAINT, Purpose.CLAIM_HANDLING})
"""Purposes that a member names alone: no consent and no second person is asked for."""

Key: TypeAlias = tuple[str, str]
"""Who, and on which day, or at whom, or for which case."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of unusual access.

    ``key`` is None for accesses that the rule does not look at; ``limits`` gives for the unusual
    keys the limit that each passed; ``reason`` is what is told of an access beside its entry.
    """

    name: str
    ko: str
    en: str
    key: Callable[[Access], Key | None]
    limits: Callable[[Counter[Key]], Mapping[Key, int]]
    reason: Callable[[Access], str] = attrgetter("reason")


def rules(colleagues: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """All rules. ``colleagues`` are the customer ids of those who work here, where known."""

    def at_a_colleague(access: Access) -> Key | None:
        shown = access.kind in {REVEALED, DOWNLOADED}
        return (access.actor, access.person) if shown and access.person in colleagues else None

    own = Rule(
        "colleague",
        "동료의 정보를 열었습니다",
        "opened a colleague's data",
        at_a_colleague,
        _from(1),
    )
    return (*_ALWAYS, own)


def _from(least: int) -> Callable[[Counter[Key]], Mapping[Key, int]]:
    """Unusual from so many on."""
    return lambda counts: {key: least for key, count in counts.items() if count >= least}


def _more_than_colleagues(least: int, alone: int) -> Callable[[Counter[Key]], Mapping[Key, int]]:
    """Three times the median of the others' days; a number of its own where nobody else works."""

    def limits(counts: Counter[Key]) -> Mapping[Key, int]:
        days: defaultdict[str, list[int]] = defaultdict(list)
        for (actor, _), count in counts.items():
            days[actor].append(count)
        found = {}
        for (actor, day), count in counts.items():
            others = [one for other, theirs in days.items() if other != actor for one in theirs]
            usual = TIMES_THE_MEDIAN * median(others) if others else alone
            limit = max(least, int(usual))
            if count > limit:
                found[actor, day] = limit
        return found

    return limits


def _looking(access: Access) -> Key | None:
    looks = access.kind in {LOOKED_UP, READ_MASKED, REVEALED}
    return (access.actor, access.day.isoformat()) if looks else None


def _night(access: Access) -> Key | None:
    is_night = access.at.hour >= NIGHT_BEGINS or access.at.hour < NIGHT_ENDS
    return (access.actor, access.day.isoformat()) if is_night and access.allowed else None


def _without_case(access: Access) -> Key | None:
    if access.case or not access.allowed:
        return None
    return (access.actor, access.day.isoformat())


def _same_person(access: Access) -> Key | None:
    return (access.actor, access.person) if access.person and access.allowed else None


def _outside(access: Access) -> Key | None:
    return (access.actor, access.day.isoformat()) if access.network == "outside" else None


def _refused(access: Access) -> Key | None:
    return (access.actor, access.day.isoformat()) if access.kind == REFUSED else None


def _own_consent(access: Access) -> Key | None:
    return (access.actor, f"{access.day:%Y-%m}") if access.own_evidence else None


def _no_consent_asked(access: Access) -> Key | None:
    opened = access.kind == REVEALED and access.purpose in NO_CONSENT_ASKED
    return (access.actor, access.day.isoformat()) if opened else None


def _downloaded(access: Access) -> Key | None:
    return (access.actor, access.case) if access.kind == DOWNLOADED else None


_ALWAYS = (
    Rule(
        "many",
        "하루 조회가 동료보다 훨씬 많습니다",
        "looked at far more people in a day than colleagues did",
        _looking,
        _more_than_colleagues(LOOKED_AT_LEAST, LOOKED_ALONE),
    ),
    Rule("night", "밤에 접근했습니다", "had access at night", _night, _from(1)),
    Rule(
        "without_case",
        "업무 번호 없이 여러 번 접근했습니다",
        "had access again and again without naming a case",
        _without_case,
        _from(WITHOUT_CASE_LEAST),
    ),
    Rule(
        "same_person",
        "같은 고객을 거듭 조회했습니다",
        "looked at the same person again and again",
        _same_person,
        _from(SAME_PERSON_LEAST),
    ),
    Rule(
        "outside",
        "회사 밖 네트워크에서 시도했습니다",
        "tried from outside the company's networks",
        _outside,
        _from(1),
    ),
    Rule("refused", "자주 거부되었습니다", "was refused often", _refused, _from(REFUSED_LEAST)),
    Rule(
        "own_consent",
        "동의를 직접 등록하고 한 시간 안에 정보를 열었습니다",
        "recorded consents and opened the same customers' data within the hour",
        _own_consent,
        _from(1),
        attrgetter("own_evidence"),
    ),
    Rule(
        "no_consent_asked",
        "동의가 필요 없는 목적으로 동료보다 훨씬 많이 열었습니다",
        "opened far more than colleagues did for purposes that ask for no consent",
        _no_consent_asked,
        _more_than_colleagues(OPENED_LEAST, OPENED_ALONE),
    ),
    Rule(
        "download", "개인정보를 내려받았습니다", "downloaded personal data", _downloaded, _from(1)
    ),
)
