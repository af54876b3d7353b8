"""A claim in words for whoever reads it at a console, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from makegood.cli.figures import local_minute
from makegood.programmes import date_text
from makegood.redress.claims import (
    LINE_MISSING,
    Claim,
    ClaimState,
    Reason,
    Waits,
    reason_words,
    state_word,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from makegood.programmes import Programme

_SHORT = 12

_WORDS: Mapping[str, tuple[str, str]] = {
    "state": ("상태", "state"),
    "why": ("사유", "why"),
    "next": ("다음 할 일", "next"),
    "measure": ("신청한 것", "applied for"),
    "line": ("회선", "line"),
    "contract": ("계약", "contract"),
    "customer": ("고객", "customer"),
    "submitted": ("접수", "came in"),
    "late": ("늦은 신청", "late way"),
    "document": ("서류", "document"),
    "account_document": ("계좌 서류", "document for the account"),
    "account": ("계좌 확인", "account"),
    "quote": ("안내 번호", "quote"),
    "amount": ("금액", "amount"),
    "attempt": ("지급 차수", "attempt to pay"),
    "approved": ("승인일", "approved on"),
    "pay": ("지급일", "to be paid on"),
    "run": ("실행", "run"),
    "decided_by": ("판정 근거", "decided by"),
    "decided_by_text": (
        "보상안 {programme}, 회선 자료 {snapshot}",
        "programme {programme}, facts {snapshot}",
    ),
    "yes": ("예", "yes"),
    "web": ("홈페이지", "the website"),
    "call_centre": ("고객센터", "the call centre"),
    "shop": ("매장", "a shop"),
    "through": ("{at}, {way}", "{at}, through {way}"),
    "history": ("처리 내역", "history"),
    "at": ("일시", "at"),
    "became": ("변경", "became"),
    "by": ("처리자", "by"),
    "account_": ("아직 확인하지 않음", "not checked yet"),
    "account_same": ("고객 명의가 맞습니다", "in the customer's name"),
    "account_other_name": ("다른 사람 명의입니다", "in another name"),
    "account_holder_unknown": (
        "고객 이름을 알 수 없어 비교하지 못했습니다",
        "could not be compared: the vault does not know the customer's name",
    ),
    "waits_late": (
        "서류와 함께 접수되어 확인이 필요합니다",
        "it came with a document, to be looked at",
    ),
    "waits_undetermined": ("판정에 필요한 정보가 없습니다", "facts are missing to decide it"),
    "waits_other_name": ("계좌가 다른 사람 명의입니다", "the account is in another name"),
    "waits_holder_unknown": (
        "고객 이름을 알 수 없습니다",
        "the vault does not know the customer's name",
    ),
    "contradictory": (
        "지급되었다는 응답과 실패했다는 응답이 모두 있습니다",
        "the other side said both that it was paid and that it failed",
    ),
    "line_missing": (
        "회선 자료에 이 회선이 없어 지급에서 빠졌습니다",
        "left out of a pay-out: the facts had no such line",
    ),
    "account_checked": ("은행이 계좌를 확인했습니다", "the bank looked at the account"),
    "try_again": ("다시 지급합니다", "it is to be paid once more"),
    "resolved": ("담당자가 확인했습니다", "a person found out"),
    "account_corrected": ("계좌를 바꾸었습니다", "another account was given"),
    "run_cancelled": ("실행이 취소되었습니다", "its run was cancelled"),
    "exception": ("두 사람이 금액을 승인했습니다", "two persons agreed on the amount"),
    "line_back": ("회선 자료에 회선이 다시 있습니다", "the facts have the line again"),
    "next_held": (
        "회선이 있는 자료를 등록하거나 두 사람이 합의합니다: 'makegood claim propose {receipt}'",
        "register facts with the line, or two persons agree: 'makegood claim propose {receipt}'",
    ),
    "next_checked_by_itself": (
        "'makegood work'가 확인합니다",
        "'makegood work' checks it",
    ),
    "next_decided": (
        "두 사람이 결정합니다: 'makegood claim propose {receipt}' 뒤에 'makegood claim decide'",
        "two persons decide it: 'makegood claim propose {receipt}', then 'makegood claim decide'",
    ),
    "next_scheduled": ("지급일의 실행이 지급합니다", "the run of that day pays it"),
    "next_paying": ("실행의 결과를 기다립니다", "its run waits for an answer"),
    "next_refused": (
        "고객이 이의를 신청할 수 있습니다: 'makegood claim object {receipt}'",
        "the customer may object: 'makegood claim object {receipt}'",
    ),
    "next_account": (
        "다른 계좌를 등록합니다: 'makegood claim account {receipt}'",
        "another account puts it right: 'makegood claim account {receipt}'",
    ),
    "next_found_out": (
        "은행에 확인한 뒤 'makegood claim resolve {receipt} --paid' 또는 '--not-paid'",
        "somebody asks the bank, then 'makegood claim resolve {receipt} --paid', or '--not-paid'",
    ),
    "next_withdrawn": ("다시 신청할 수 있습니다", "it may be made again"),
}


@dataclass(frozen=True, slots=True)
class ClaimWords:
    """A claim's words by its programme, in a language; one the words lack is told in English."""

    programme: Programme
    language: str
    zone: ZoneInfo

    def word(self, key: str, **values: object) -> str:
        """A word of the program's own, its places filled in."""
        korean, english = _WORDS[key]
        return (korean if self.language == "ko" else english).format(**values)

    def state(self, state: ClaimState, measure: str) -> str:
        """What a state of a claim for a measure is called."""
        found = self.programme.measures.get(measure)
        pays = found is None or found.amount is not None
        return state_word(state, self.language, is_money=pays)

    def reason(self, measure: str, reason: str) -> str:
        """Why something happened; a channel's own code stays as it is."""
        if not reason:
            return ""
        if reason.startswith("excluded:") or reason in set(Reason):
            return reason_words(self.programme, measure, reason, self.language)
        return self.word(reason) if reason in _WORDS else reason

    def rows(self, claim: Claim) -> dict[str, str]:
        """What is to be said of a claim, by what it is about; nothing empty."""
        measure = self.programme.measures.get(claim.measure)
        title = measure.section.title[self.language] if measure else claim.measure
        way = self.word(claim.through) if claim.through in _WORDS else claim.through
        at = local_minute(claim.submitted_at, self.zone)
        rows = {
            "state": self.state(claim.state, claim.measure),
            "why": self._why(claim),
            "next": self._next(claim),
            "measure": f"{title} ({claim.measure})",
            "line": claim.line_id,
            "contract": claim.contract,
            "customer": claim.customer_id,
            "submitted": self.word("through", at=at, way=way),
            "late": self.word("yes") if claim.is_late else "",
            "document": claim.document,
            "account_document": claim.account_document,
            "account": self._account(claim),
            "quote": claim.quote_id,
            "amount": self.programme.currency.text(claim.amount, self.language),
            "attempt": str(claim.attempt) if claim.attempt > 1 else "",
            "approved": date_text(claim.approved_on, self.language) if claim.approved_on else "",
            "pay": date_text(claim.pay_on, self.language) if claim.pay_on else "",
            "run": str(claim.run_id or ""),
            "decided_by": self.word(
                "decided_by_text",
                programme=f"{claim.programme} {claim.programme_sha256[:_SHORT]}",
                snapshot=claim.snapshot_sha256[:_SHORT],
            ),
        }
        return {self.word(name): words for name, words in rows.items() if words}

    def _why(self, claim: Claim) -> str:
        waits = [self.word(f"waits_{each}") for each in claim.waits_for.split(",") if each]
        if claim.is_contradictory:
            waits.insert(0, self.word("contradictory"))
        return "; ".join(
            each for each in (self.reason(claim.measure, claim.reason), *waits) if each
        )

    def _account(self, claim: Claim) -> str:
        if not claim.has_account:
            return ""
        key = f"account_{claim.holder}"
        return self.word(key) if key in _WORDS else self.reason(claim.measure, claim.holder)

    def _next(self, claim: Claim) -> str:
        """What somebody can do, or what happens by itself."""
        key = _next_key(claim)
        return self.word(f"next_{key}", receipt=claim.receipt_number) if key else ""


def _next_key(claim: Claim) -> str:
    if claim.is_contradictory:
        return "found_out"
    match claim.state:
        case ClaimState.SCHEDULED if claim.reason == LINE_MISSING:
            return "held"
        case ClaimState.CHECKED if claim.waits_for != Waits.NOBODY:
            return "decided"
        case ClaimState.OBJECTED:
            return "decided"
        case ClaimState.SUBMITTED | ClaimState.CHECKED | ClaimState.MENDED:
            return "checked_by_itself"
        case ClaimState.APPROVED | ClaimState.SCHEDULED:
            return "scheduled"
        case ClaimState.PAYING:
            return "paying"
        case ClaimState.REFUSED:
            return "refused"
        case ClaimState.RETURNED:
            return "account" if claim.has_account else ""
        case ClaimState.WITHDRAWN:
            return "withdrawn"
        case _:
            return ""
