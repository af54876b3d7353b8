"""The words of the page, Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("ko", "en")

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("접속기록 점검", "Review of accesses"),
    "of": ("{year}년 {month}월", "{year}-{month:02}"),
    "made": ("{at} · {by}", "{at} · {by}"),
    "figures": ("요약", "In figures"),
    "accesses": ("접근", "accesses"),
    "persons": ("대상 고객", "people concerned"),
    "members": ("접근한 사람", "members who had access"),
    "refused": ("거부", "refused"),
    "unusual": ("이상 접근", "unusual"),
    "not_looked_at": ("확인 전", "not looked at yet"),
    "nothing": (
        "이 달에는 이상 접근이 없습니다.",
        "Nothing was unusual in this month.",
    ),
    "by_day": ("날짜별 접근", "Accesses by day"),
    "by_hour": ("시각별 접근", "Accesses by hour"),
    "by_actor": ("사람별 접근 (많은 순)", "Accesses by member, the most first"),
    "night": ("밤 (22시–6시)", "night (22 to 6 o'clock)"),
    "day": ("낮", "day"),
    "with_finding": ("이상 접근이 있는 사람", "members with a finding"),
    "others": ("그 밖의 사람", "others"),
    "finding": ("번호", "finding"),
    "who": ("누가", "who"),
    "about": ("대상", "about"),
    "count": ("횟수", "count"),
    "limit": ("기준", "limit"),
    "reasons": ("사유", "reasons"),
    "mark": ("점검 결과", "what came of it"),
    "entries": ("기록 {count}건", "{count} entries"),
    "more": ("외 {count}건", "and {count} more"),
    "expected": ("업무상 정상", "expected"),
    "explained": ("소명됨", "explained"),
    "misuse": ("오남용", "misuse"),
    "kind": ("작업", "task"),
    "purpose": ("목적", "purpose"),
    "by_kind": ("작업별", "By task"),
    "by_purpose": ("목적별", "By purpose"),
    "log": ("기록의 보관", "How the log is kept"),
    "oldest": ("가장 오래된 기록", "oldest entry"),
    "kept": (
        "이 프로그램은 기록을 지우지 않습니다. 법이 요구하는 보관 기간은 {years}년입니다.",
        "The program deletes no entry. The law asks that they be kept for {years} years.",
    ),
    "size": ("기록 {count}건, 이 중 {signed}건 서명됨", "{count} entries, {signed} of them signed"),
    "verified": ("마지막 전체 검증", "last verified as a whole"),
    "never": ("없음", "never"),
    "verify_hint": (
        "‘makegood audit verify’로 검증하십시오.",
        "Verify it with 'makegood audit verify'.",
    ),
}


def say(language: str, name: str, **values: object) -> str:
    """Words of the page in ``ko`` or ``en``."""
    return _WORDS[name][LANGUAGES.index(language)].format(**values)
