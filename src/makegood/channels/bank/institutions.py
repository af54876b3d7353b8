"""The institutions that an account can be at, by their codes: for who must choose one.

The codes of three digits are those of the clearing institute's joint networks (KFTC, 금융기관
공동코드), for institutions that take transfers to customers' accounts. The order is that of their
size in customers first, then by code: a person finds theirs soon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Institution:
    """A bank or securities company: its code and its name, by language."""

    code: str
    names: Mapping[str, str]
    is_bank: bool


_BANKS = (
    ("004", "KB국민은행", "KB Kookmin Bank"),
    ("088", "신한은행", "Shinhan Bank"),
    ("020", "우리은행", "Woori Bank"),
    ("081", "하나은행", "Hana Bank"),
    ("011", "NH농협은행", "NH NongHyup Bank"),
    ("090", "카카오뱅크", "KakaoBank"),
    ("092", "토스뱅크", "Toss Bank"),
    ("089", "케이뱅크", "K bank"),
    ("003", "IBK기업은행", "Industrial Bank of Korea"),
    ("045", "새마을금고", "MG Community Credit Cooperatives"),
    ("071", "우체국", "Korea Post"),
    ("012", "지역 농·축협", "Local NongHyup cooperatives"),
    ("048", "신협", "Credit unions (CU)"),
    ("002", "KDB산업은행", "Korea Development Bank"),
    ("007", "Sh수협은행", "Sh Suhyup Bank"),
    ("023", "SC제일은행", "SC First Bank"),
    ("027", "한국씨티은행", "Citibank Korea"),
    ("031", "iM뱅크(대구은행)", "iM Bank (Daegu)"),
    ("032", "부산은행", "Busan Bank"),
    ("034", "광주은행", "Kwangju Bank"),
    ("035", "제주은행", "Jeju Bank"),
    ("037", "전북은행", "Jeonbuk Bank"),
    ("039", "경남은행", "Kyongnam Bank"),
    ("050", "저축은행", "Savings banks"),
    ("064", "산림조합", "Forestry cooperatives"),
)
_SECURITIES = (
    ("209", "유안타증권", "Yuanta Securities"),
    ("218", "KB증권", "KB Securities"),
    ("238", "미래에셋증권", "Mirae Asset Securities"),
    ("240", "삼성증권", "Samsung Securities"),
    ("243", "한국투자증권", "Korea Investment & Securities"),
    ("247", "NH투자증권", "NH Investment & Securities"),
    ("261", "교보증권", "Kyobo Securities"),
    ("264", "키움증권", "Kiwoom Securities"),
    ("266", "SK증권", "SK Securities"),
    ("267", "대신증권", "Daishin Securities"),
    ("269", "한화투자증권", "Hanwha Investment & Securities"),
    ("270", "하나증권", "Hana Securities"),
    ("271", "토스증권", "Toss Securities"),
    ("278", "신한투자증권", "Shinhan Securities"),
    ("279", "DB증권", "DB Securities"),
    ("280", "유진투자증권", "Eugene Investment & Securities"),
    ("287", "메리츠증권", "Meritz Securities"),
    ("288", "카카오페이증권", "Kakao Pay Securities"),
)

INSTITUTIONS: Mapping[str, Institution] = {
    code: Institution(code, {"ko": korean, "en": english}, is_bank)
    for group, is_bank in ((_BANKS, True), (_SECURITIES, False))
    for code, korean, english in group
}
"""By code, in the order in which they are offered."""


def institution_name(code: str, language: str) -> str:
    """The name in ``ko`` or ``en``; the code itself where it is none of these."""
    found = INSTITUTIONS.get(code)
    return found.names["en" if language == "en" else "ko"] if found else code
