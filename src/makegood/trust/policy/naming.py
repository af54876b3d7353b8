"""Names of roles and acts as people read them, Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from makegood.trust.policy.words import Act, Purpose, Role

LANGUAGES = ("ko", "en")

_ROLES = {
    Role.CALL_CENTRE_AGENT: ("고객센터 상담원", "call-centre agent"),
    Role.SHOP_AGENT: ("매장 직원", "shop agent"),
    Role.SUPERVISOR: ("관리자", "supervisor"),
    Role.REMEDIATION_AUTHOR: ("보상안 작성자", "remediation author"),
    Role.REMEDIATION_APPROVER: ("보상안 승인자", "remediation approver"),
    Role.PAYMENT_OFFICER: ("지급 담당자", "payment officer"),
    Role.PRIVACY_OFFICER: ("개인정보 보호책임자", "privacy officer"),
    Role.SECURITY_OFFICER: ("보안 책임자", "security officer"),
    Role.AUDITOR: ("감사인", "auditor"),
    Role.CUSTOMER: ("고객", "customer"),
    Role.CONSOLE_OPERATOR: ("콘솔 운영자", "console operator"),
    Role.SYSTEM: ("시스템", "the program itself"),
}

_ACTS = {
    Act.LOOK_UP: ("고객 찾기", "look up a customer"),
    Act.READ_MASKED: ("가려진 정보 보기", "read masked data"),
    Act.REVEAL: ("가려진 정보 열기", "reveal data"),
    Act.DOWNLOAD: ("개인정보 내려받기", "download personal data"),
    Act.CORRECT: ("개인정보 고치기", "correct data"),
    Act.RECORD_CONSENT: ("동의 기록", "record a consent"),
    Act.DELETE_PERSON: ("개인정보 삭제", "delete a person"),
    Act.GRANT_EXCEPTION: ("고객 예외 적용", "grant an exception"),
    Act.PROPOSE_PUBLISH_PROGRAMME: ("보상안 공개 제안", "propose to publish a programme"),
    Act.PROPOSE_RELEASE_RUN: ("실행 승인 제안", "propose to release a run"),
    Act.PROPOSE_END_ITEM: ("지급 항목 확정 제안", "propose to end an item of money"),
    Act.PROPOSE_CUSTOMER_EXCEPTION: ("고객 예외 제안", "propose an exception"),
    Act.PROPOSE_ROTATE_KEYS: ("키 교체 제안", "propose to rotate keys"),
    Act.PROPOSE_CHANGE_POLICIES: ("정책 변경 제안", "propose other policies"),
    Act.PROPOSE_CHANGE_STAFF: ("직원 변경 제안", "propose a change of staff"),
    Act.APPROVE_PUBLISH_PROGRAMME: ("보상안 공개 승인·거절", "approve or refuse to publish"),
    Act.APPROVE_RELEASE_RUN: ("실행 제안 승인·거절", "approve or refuse to release a run"),
    Act.APPROVE_END_ITEM: ("지급 항목 확정 승인·거절", "approve or refuse to end an item of money"),
    Act.APPROVE_CUSTOMER_EXCEPTION: ("고객 예외 승인·거절", "approve or refuse an exception"),
    Act.APPROVE_ROTATE_KEYS: ("키 교체 승인·거절", "approve or refuse to rotate keys"),
    Act.APPROVE_CHANGE_POLICIES: ("정책 변경 승인·거절", "approve or refuse other policies"),
    Act.APPROVE_CHANGE_STAFF: ("직원 변경 승인·거절", "approve or refuse a change of staff"),
    Act.WITHDRAW_PROPOSAL: ("제안 철회", "withdraw a proposal"),
    Act.READ_PROPOSALS: ("제안 보기", "read proposals"),
    Act.PUBLISH_PROGRAMME: ("보상안 공개", "publish a programme"),
    Act.RELEASE_RUN: ("실행 내보내기", "release a run"),
    Act.END_ITEM: ("지급 항목 확정", "end an item of money"),
    Act.ROTATE_KEYS: ("키 교체", "rotate keys"),
    Act.READ_KEYS: ("키 상태 보기", "read the state of the keys"),
    Act.CHANGE_POLICIES: ("정책 변경", "put other policies in force"),
    Act.LOAD_CONTACTS: ("연락처 적재", "load contact data"),
    Act.BACK_UP: ("백업", "back up"),
    Act.RESTORE: ("복원", "restore a back-up"),
    Act.READ_LOG: ("기록 보기", "read the log"),
    Act.EXPORT_LOG: ("기록 내보내기", "export the log"),
    Act.VERIFY_LOG: ("기록 검증", "verify the log"),
    Act.REVIEW_ACCESS: ("접근 기록 점검", "review accesses"),
    Act.READ_STAFF: ("직원 목록 보기", "read the list of staff"),
    Act.MANAGE_STAFF: ("직원 관리", "manage staff"),
    Act.CHANGE_STAFF: ("직원 변경", "let staff have more"),
    Act.END_SESSION: ("접속 끊기", "end a session"),
    Act.ENROL_DEVICE: ("기기 등록", "enrol a device"),
    Act.REVOKE_DEVICE: ("기기 등록 취소", "revoke a device"),
    Act.REGISTER_LINES: ("회선 자료 등록", "register snapshots and holders"),
    Act.QUOTE: ("조회 결과 제시", "show what is due"),
    Act.APPLY: ("신청·선택 접수", "apply and choose"),
    Act.WITHDRAW_CLAIM: ("신청 철회", "withdraw a claim"),
    Act.READ_CLAIMS: ("신청 보기", "read claims"),
    Act.LIST_CLAIMS: ("신청 목록 보기", "list claims"),
    Act.DECIDE_CLAIM: ("신청 심사", "decide a claim"),
    Act.READ_DOCUMENT: ("증빙 서류 보기", "look at a document"),
    Act.PLAN_RUNS: ("실행 계획", "plan runs"),
    Act.CARRY_OUT_RUNS: ("실행 진행", "carry out what is due"),
    Act.PAUSE_RUN: ("실행 멈춤·재개·취소", "pause, resume or cancel a run"),
    Act.RETRY_RUN: ("실패 건 재실행", "follow up a run"),
    Act.READ_RUNS: ("실행 보기", "read runs"),
    Act.READ_DEVIATIONS: ("안내와 다른 회선 보기", "read all that deviates from what was shown"),
    Act.READ_LEDGER: ("원장 보기", "read the ledger"),
    Act.IMPORT_VOUCHERS: ("이용권 코드 적재", "import codes"),
    Act.REHEARSE: ("예행연습", "rehearse a programme"),
    Act.SET_GATE: ("접속 인원 조절", "raise, lower or close the gate of the customers' site"),
    Act.READ_CASES: ("상담 건 보기", "read cases"),
    Act.READ_CASE_NOTES: ("상담 메모 보기", "read the notes of a case"),
    Act.HANDLE_CASE: ("상담 건 처리", "handle a case"),
    Act.CALL_BACK: ("회신할 번호 보기", "see the number to be called back"),
    Act.REQUEST_CALLBACK: ("회신 전화 신청", "ask to be called back"),
    Act.TAKE_CALLBACK: ("로그인하지 않은 회신 신청 접수", "take in a stranger's wish to be called"),
    Act.ACT_FOR_CUSTOMER: ("고객 대신 처리", "act on a customer's behalf"),
    Act.SHOW_CODE: ("이용권·쿠폰 코드 열기", "open the code of a pass or coupon"),
}


def role_name(role: Role, language: str) -> str:
    """The role in ``ko`` or ``en``."""
    return _ROLES[role][LANGUAGES.index(language)]


def act_name(act: Act, language: str) -> str:
    """The act in ``ko`` or ``en``."""
    return _ACTS[act][LANGUAGES.index(language)]


_PURPOSES: Mapping[Purpose, tuple[str, str]] = {
    Purpose.CUSTOMER_REQUEST: ("고객 요청", "the customer asks"),
    Purpose.CALLBACK: ("회신 전화", "calling back"),
    Purpose.CLAIM_HANDLING: ("신청 처리", "handling a claim"),
    Purpose.PAYOUT_RETURNED: ("지급 반송 처리", "a payment came back"),
    Purpose.COMPLAINT: ("민원 처리", "a complaint"),
    Purpose.LEGAL_REQUEST: ("법령에 따른 요청", "a request by law"),
    Purpose.INCIDENT_RESPONSE: ("사고 대응", "an incident"),
    Purpose.OPERATION: ("운영", "operation"),
    Purpose.AUDIT: ("감사", "audit"),
    Purpose.UNKNOWN: ("알 수 없음", "unknown"),
}


def purpose_name(purpose: Purpose, language: str) -> str:
    """The purpose in ``ko`` or ``en``."""
    return _PURPOSES[purpose][LANGUAGES.index(language)]


def in_both(korean: str, english: str) -> Mapping[str, str]:
    """Words in both languages, not to be changed."""
    return MappingProxyType({"ko": korean, "en": english})
