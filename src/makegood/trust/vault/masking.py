"""What staff see until they reveal: enough to know that it is the right person, never more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from makegood.trust.vault.normalising import canonical_phone, clean_text
from makegood.trust.vault.people import Account, Person

HIDDEN = "***"
HIDDEN_PHONE = "***-****-****"
_PHONE_LETTERS_MIN = 10
_ACCOUNT_DIGITS_MIN, _ACCOUNT_DIGITS_LONG = 6, 8

# Family names of two syllables; every other Korean family name has one.
_LONG_FAMILY_NAMES = (
    *("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"),
    *("어금", "망절", "무본", "황목", "강전", "소봉", "장곡", "부여"),
)
_SYLLABIC = re.compile(r"[\u3400-\u9fff\uac00-\ud7a3\u3040-\u30ff]+")

_PROVINCES = frozenset(
    {
        *("서울특별시", "부산광역시", "대구광역시", "인천광역시", "광주광역시", "대전광역시"),
        *("울산광역시", "세종특별자치시", "경기도", "강원도", "강원특별자치도", "충청북도"),
        *("충청남도", "전라북도", "전북특별자치도", "전라남도", "경상북도", "경상남도"),
        *("제주도", "제주특별자치도", "서울시", "부산시", "대구시", "인천시", "광주시"),
        *("대전시", "울산시", "세종시", "서울", "부산", "대구", "인천", "광주", "대전"),
        *("울산", "세종", "경기", "강원", "충북", "충남", "전북", "전남", "경북", "경남", "제주"),
    }
)
_CITY_OR_COUNTY = re.compile(r"[가-힣]{1,4}[시군구]")
_DISTRICT = re.compile(r"[가-힣]{1,4}구")


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """A person as shown by default: each field is a hint or empty."""

    customer_id: str
    name: str
    phone: str
    birth_date: str
    email: str
    address: str


def mask_person(person: Person) -> MaskedPerson:
    """The person with every field masked."""
    return MaskedPerson(
        person.customer_id,
        mask_name(person.name),
        mask_phone(person.phone),
        mask_birth_date(person.birth_date),
        mask_email(person.email),
        mask_address(person.address),
    )


def mask_name(name: str) -> str:
    """김민수 → 김*수, 김수 → 김*, 남궁민수 → 남궁**, John Smith → J*** S***."""
    cleaned = clean_text(name) or ""
    joined = cleaned.replace(" ", "")
    if not _SYLLABIC.fullmatch(joined):
        return " ".join(_initial(word) for word in cleaned.split())
    if joined[:2] in _LONG_FAMILY_NAMES and joined[2:]:
        return joined[:2] + "*" * len(joined[2:])
    if joined[2:]:
        return joined[0] + "*" * len(joined[1:-1]) + joined[-1]
    return joined[0] + "*" if joined[1:] else "*"


def _initial(word: str) -> str:
    """The first letter of a word of two letters or more; not even that of a shorter one."""
    return word[0] + HIDDEN if len(word) > 1 and word[0] != "*" else HIDDEN


def mask_phone(phone: str) -> str:
    """010-1234-5678 → 010-****-5678; a number of another kind keeps its last four digits."""
    canonical = canonical_phone(phone)
    if canonical is None or len(canonical) < _PHONE_LETTERS_MIN:
        return HIDDEN_PHONE if phone else ""
    start = "010" if canonical.startswith("+8210") else HIDDEN
    return f"{start}-****-{canonical[-4:]}"


def mask_email(email: str) -> str:
    """bora@example.com → b***@example.com."""
    local, at, domain = email.strip().rpartition("@")
    if not at or not domain:
        return HIDDEN if email else ""
    return f"{local[0] if len(local) > 1 else ''}{HIDDEN}@{domain}"


def mask_address(address: str) -> str:
    """서울특별시 강남구 테헤란로 123 → 서울특별시 강남구: down to 시, 군 or 구, nothing below.

    Where the beginning is no Korean province, everything is hidden.
    """
    words = (clean_text(address) or "").split()
    if not words:
        return HIDDEN if address else ""
    if words[0] not in _PROVINCES:
        return HIDDEN
    province, *below = words
    shown = [province]
    for word, kind in zip(below, (_CITY_OR_COUNTY, _DISTRICT), strict=False):
        # A district stands below a city only: 수원시 영통구, and never 강남구 역삼구.
        if not kind.fullmatch(word) or (kind is _DISTRICT and not shown[-1].endswith("시")):
            break
        shown.append(word)
    return " ".join(shown)


def mask_birth_date(birth_date: date | None) -> str:
    """1985-03-07 → 1985-**-**."""
    return f"{birth_date.year:04}-**-**" if birth_date else ""


def mask_account_number(number: str) -> str:
    """110123456789 → ***-****-6789; a number of fewer than eight digits keeps three."""
    digits = "".join(letter for letter in number if letter.isdigit())
    if len(digits) < _ACCOUNT_DIGITS_MIN:
        return "***-****-***" if number else ""
    shown = 4 if len(digits) >= _ACCOUNT_DIGITS_LONG else 3
    return f"***-****-{digits[-shown:]}"


def mask_account(account: Account) -> str:
    """The bank's code and the end of the number: 004 ***-****-6789."""
    return f"{account.bank_code} {mask_account_number(account.number)}"
