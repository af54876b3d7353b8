"""Korean particles, which follow the last sound of the word before them."""

from __future__ import annotations

import re
from typing import Final

_FIRST_SYLLABLE: Final = "가"
_LAST_SYLLABLE: Final = "힣"
_FINALS: Final = 28  # a syllable block has one of 27 final consonants, or none
_FINAL_L: Final = 8
# How digits and letters end when they are read aloud: 영 일 삼 육 칠 팔, 엘 엠 엔 알.
_CLOSED: Final = frozenset("013678lmnrLMNR")
_CLOSED_BY_L: Final = frozenset("178lrLR")

# Written in the books as 은(는), 이(가), 을(를), 와(과), (으)로; brackets and quotes are not read.
_PARTICLE: Final = re.compile(
    r"(?<=(.))([)\]'\"”’]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로)"
)
_FORMS: Final = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}


def with_particles(text: str) -> str:
    """The text with every open particle settled by the sound before it."""
    return _PARTICLE.sub(_settled, text)


def _settled(match: re.Match[str]) -> str:
    before, between, particle = match.groups()
    closed, open_ = _FORMS[particle]
    is_closed = _ends_closed(before) and not (particle == "(으)로" and _ends_in_l(before))
    return between + (closed if is_closed else open_)


def _ends_closed(character: str) -> bool:
    if _FIRST_SYLLABLE <= character <= _LAST_SYLLABLE:
        return (ord(character) - ord(_FIRST_SYLLABLE)) % _FINALS != 0
    return character in _CLOSED


def _ends_in_l(character: str) -> bool:
    if _FIRST_SYLLABLE <= character <= _LAST_SYLLABLE:
        return (ord(character) - ord(_FIRST_SYLLABLE)) % _FINALS == _FINAL_L
    return character in _CLOSED_BY_L
