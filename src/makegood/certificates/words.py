"""The words of a certificate that are not the programme's own, in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping

_KO = {
    "title": "가입 확인서",
    "number": "증서 번호",
    "holder": "가입자",
    "line": "회선",
    "insurer": "보험사",
    "period": "보장 기간",
    "period_text": "{first}부터 {last}까지",
    "against": "보장하는 피해",
    "promise": "내용",
    "operator": "제공",
    "programme": "보상안",
    "enrolled": "가입 처리일",
    "about": "이 확인서는 위 회선이 가입되었음을 알려 드립니다."
    " 보장의 자세한 조건은 보험사의 약관을 따릅니다.",
    "ask": "문의하실 때는 증서 번호를 알려 주십시오."
    " 이름은 개인정보 보호를 위해 일부를 가렸습니다.",
}
_EN = {
    "title": "Certificate of cover",
    "number": "Certificate number",
    "holder": "Covered person",
    "line": "Line",
    "insurer": "Insurer",
    "period": "Period",
    "period_text": "{first} to {last}",
    "against": "Covered against",
    "promise": "What it is",
    "operator": "Provided by",
    "programme": "Programme",
    "enrolled": "Enrolled on",
    "about": "This certificate says that the line above is enrolled."
    " The insurer's terms hold for the cover in detail.",
    "ask": "When you ask about it, name the certificate number."
    " Part of the name is hidden to protect personal data.",
}
WORDS: Mapping[str, Mapping[str, str]] = {"ko": _KO, "en": _EN}
"""By language; both have the same names."""
