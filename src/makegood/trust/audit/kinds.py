"""Every kind of entry there is, with its words and its place in OCSF.

A kind is declared here before anything can write it. ``ocsf_class`` and ``ocsf_activity`` are the
class and activity identifiers of the Open Cybersecurity Schema Framework 1.x (schema.ocsf.io).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ACCOUNT_CHANGE = 3001
AUTHENTICATION = 3002
AUTHORIZE_SESSION = 3003
ENTITY_MANAGEMENT = 3004
APPLICATION_LIFECYCLE = 6002
API_ACTIVITY = 6003
DATASTORE_ACTIVITY = 6005
"""Classes of OCSF: identity and access management 3xxx, application activity 6xxx."""

OTHER = 99


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its name in the log, its words per language, its class in OCSF."""

    name: str
    ko: str
    en: str
    ocsf_class: int
    ocsf_activity: int = OTHER

    @property
    def words(self) -> Mapping[str, str]:
        """What it is called, by language."""
        return {"ko": self.ko, "en": self.en}


_PERSONAL_DATA = (
    Kind("personal_data.looked_up", "고객 조회", "a person was looked up", DATASTORE_ACTIVITY, 4),
    Kind(
        "personal_data.read_masked", "가린 정보 열람", "masked data was read", DATASTORE_ACTIVITY, 1
    ),
    Kind(
        "personal_data.revealed",
        "개인정보 열람",
        "personal data was revealed",
        DATASTORE_ACTIVITY,
        1,
    ),
    Kind(
        "personal_data.downloaded",
        "개인정보 내려받기",
        "personal data was downloaded",
        DATASTORE_ACTIVITY,
        1,
    ),
    Kind(
        "personal_data.stored", "개인정보 저장", "personal data was stored", DATASTORE_ACTIVITY, 6
    ),
    Kind(
        "personal_data.corrected",
        "개인정보 정정",
        "personal data was corrected",
        DATASTORE_ACTIVITY,
        2,
    ),
    Kind(
        "personal_data.changed_by_load",
        "연락처 적재로 변경",
        "a load changed a person's data",
        DATASTORE_ACTIVITY,
        2,
    ),
    Kind(
        "personal_data.deleted", "개인정보 파기", "personal data was deleted", DATASTORE_ACTIVITY, 7
    ),
    Kind(
        "personal_data.load_started",
        "연락처 적재 시작",
        "a load of contact data began",
        DATASTORE_ACTIVITY,
        5,
    ),
    Kind(
        "personal_data.load_finished",
        "연락처 적재 완료",
        "a load of contact data ended",
        DATASTORE_ACTIVITY,
        5,
    ),
    Kind(
        "personal_data.load_failed",
        "연락처 적재 실패",
        "a load of contact data failed",
        DATASTORE_ACTIVITY,
        5,
    ),
)

_DOCUMENTS = (
    Kind("document.kept", "증빙 서류 보관", "a document was kept", DATASTORE_ACTIVITY, 6),
    Kind("document.shown", "증빙 서류 열람", "a document was shown", DATASTORE_ACTIVITY, 1),
    Kind(
        "document.discarded",
        "쓰이지 않은 서류 파기",
        "a document that nothing used was deleted",
        DATASTORE_ACTIVITY,
        7,
    ),
)

_CONSENTS = (
    Kind("consent.given", "동의 등록", "a consent was given", ENTITY_MANAGEMENT, 1),
    Kind("consent.withdrawn", "동의 철회", "a consent was withdrawn", ENTITY_MANAGEMENT, 3),
)

_ACCESS = (
    Kind("access.permitted", "접근 허용", "an act was permitted", API_ACTIVITY),
    Kind("access.refused", "접근 거부", "an act was refused", API_ACTIVITY),
    Kind("access.reviewed", "접속기록 점검", "accesses were reviewed", API_ACTIVITY, 2),
    Kind("policies.loaded", "정책 적용", "policies came into force", APPLICATION_LIFECYCLE, OTHER),
    Kind("policies.changed", "정책 변경", "policies were changed", ENTITY_MANAGEMENT, 3),
)

_KEYS = (
    Kind(
        "keys.generation_made",
        "키 세대 생성",
        "a generation of keys was made",
        ENTITY_MANAGEMENT,
        1,
    ),
    Kind("keys.rotation_started", "키 교체 시작", "a rotation of keys began", ENTITY_MANAGEMENT, 3),
    Kind(
        "keys.rotation_finished", "키 교체 완료", "a rotation of keys ended", ENTITY_MANAGEMENT, 3
    ),
    Kind(
        "keys.generation_destroyed",
        "키 세대 폐기",
        "a generation of keys was destroyed",
        ENTITY_MANAGEMENT,
        4,
    ),
    Kind(
        "keys.rewrapped",
        "마스터 키 교체",
        "keys were wrapped by another master key",
        ENTITY_MANAGEMENT,
        3,
    ),
    Kind("keys.copied", "마스터 키 사본 생성", "the master key was copied", ENTITY_MANAGEMENT, 2),
)

_PROPOSALS = (
    Kind("proposal.made", "제안", "a proposal was made", ENTITY_MANAGEMENT, 1),
    Kind("proposal.approved", "제안 승인", "a proposal was approved", ENTITY_MANAGEMENT, 3),
    Kind("proposal.refused", "제안 반려", "a proposal was turned down", ENTITY_MANAGEMENT, 3),
    Kind("proposal.withdrawn", "제안 철회", "a proposal was withdrawn", ENTITY_MANAGEMENT, 4),
    Kind("proposal.expired", "제안 만료", "a proposal expired", ENTITY_MANAGEMENT, 3),
    Kind("proposal.redeemed", "제안 이행", "a proposal was carried out", ENTITY_MANAGEMENT, 3),
)

_STAFF = (
    Kind("staff.signed_in", "로그인", "a member of staff signed in", AUTHENTICATION, 1),
    Kind("staff.signed_out", "로그아웃", "a member of staff signed out", AUTHENTICATION, 2),
    Kind("staff.sign_in_failed", "로그인 실패", "a sign-in failed", AUTHENTICATION, 1),
    Kind("staff.signed_in_again", "재인증", "a member of staff signed in again", AUTHENTICATION, 1),
    Kind("staff.locked_out", "계정 잠금", "an account was locked after guesses", ACCOUNT_CHANGE, 9),
    Kind("staff.unlocked", "계정 잠금 해제", "an account was unlocked", ACCOUNT_CHANGE, 2),
    Kind("staff.made", "직원 등록", "a member of staff was made", ACCOUNT_CHANGE, 1),
    Kind("staff.changed", "직원 정보 변경", "a member of staff was changed", ACCOUNT_CHANGE, OTHER),
    Kind("staff.enabled", "직원 계정 사용", "a member of staff was enabled", ACCOUNT_CHANGE, 2),
    Kind("staff.disabled", "직원 계정 중지", "a member of staff was disabled", ACCOUNT_CHANGE, 5),
    Kind("staff.role_given", "역할 부여", "a role was given", ACCOUNT_CHANGE, 7),
    Kind("staff.role_taken", "역할 회수", "a role was taken away", ACCOUNT_CHANGE, 8),
    Kind("staff.password_changed", "비밀번호 변경", "a password was changed", ACCOUNT_CHANGE, 3),
    Kind("staff.factor_added", "인증 수단 추가", "a way to sign in was added", ACCOUNT_CHANGE, 10),
    Kind(
        "staff.factor_removed", "인증 수단 삭제", "a way to sign in was removed", ACCOUNT_CHANGE, 11
    ),
    Kind("session.opened", "세션 시작", "a session was opened", AUTHORIZE_SESSION, 1),
    Kind("session.expired", "세션 만료", "a session expired", AUTHENTICATION, 2),
    Kind("session.revoked", "세션 회수", "a session was revoked", AUTHENTICATION, 2),
    Kind("session.refused", "세션 거부", "a session was refused", AUTHENTICATION, OTHER),
    Kind("device.enrolled", "기기 등록", "a device was enrolled", ENTITY_MANAGEMENT, 1),
    Kind("device.approved", "기기 승인", "a device was approved", ENTITY_MANAGEMENT, 3),
    Kind("device.revoked", "기기 회수", "a device was revoked", ENTITY_MANAGEMENT, 4),
    Kind("device.refused", "기기 거부", "an unknown device was refused", AUTHENTICATION, OTHER),
)

_CUSTOMERS = (
    Kind(
        "customer.code_asked", "고객 인증번호 요청", "a code was asked for", AUTHENTICATION, OTHER
    ),
    Kind("customer.signed_in", "고객 본인 확인", "a customer signed in", AUTHENTICATION, 1),
    Kind(
        "customer.sign_in_failed",
        "고객 본인 확인 실패",
        "a customer's sign-in failed",
        AUTHENTICATION,
        1,
    ),
    Kind(
        "customer.locked_out",
        "고객 확인 시도 제한",
        "tries of customers were slowed",
        AUTHENTICATION,
        OTHER,
    ),
    Kind("customer.signed_out", "고객 접속 종료", "a customer signed out", AUTHENTICATION, 2),
)

_PROGRAMMES = (
    Kind("programme.published", "보상안 공개", "a programme was published", ENTITY_MANAGEMENT, 1),
)

_REDRESS = (
    Kind("lines.registered", "회선 자료 등록", "a snapshot was registered", DATASTORE_ACTIVITY, 5),
    Kind(
        "lines.holders_loaded",
        "명의 연결 적재",
        "holders of lines were loaded",
        DATASTORE_ACTIVITY,
        5,
    ),
    Kind("quote.shown", "조회 결과 제시", "a quote was shown", DATASTORE_ACTIVITY, 1),
    Kind("quote.upheld", "제시 금액 인정", "what a quote said is upheld", ENTITY_MANAGEMENT, 3),
    Kind("claim.submitted", "신청 접수", "a claim was submitted", ENTITY_MANAGEMENT, 1),
    Kind("claim.consented", "신청 동의", "the words agreed to with a claim", ENTITY_MANAGEMENT, 3),
    Kind("claim.changed", "신청 상태 변경", "a claim was changed", ENTITY_MANAGEMENT, 3),
    Kind("claim.decided", "신청 심사", "a claim was approved or refused", ENTITY_MANAGEMENT, 3),
    Kind("choice.made", "선택 접수", "a choice was made", ENTITY_MANAGEMENT, 3),
    Kind("coupon.given", "쿠폰 제공", "a coupon was given", ENTITY_MANAGEMENT, 1),
    Kind("code.shown", "이용권·쿠폰 코드 열람", "a code was shown", DATASTORE_ACTIVITY, 1),
    Kind("vouchers.imported", "이용권 코드 적재", "codes were imported", DATASTORE_ACTIVITY, 5),
)

_CASES = (
    Kind("case.opened", "상담 건 접수", "a case was opened", ENTITY_MANAGEMENT, 1),
    Kind("case.changed", "상담 건 변경", "a case was changed", ENTITY_MANAGEMENT, 3),
    Kind("case.notes_read", "상담 메모 열람", "notes of a case were read", DATASTORE_ACTIVITY, 1),
)

_RUNS = (
    Kind("run.planned", "실행 계획", "a run was planned", ENTITY_MANAGEMENT, 1),
    Kind("run.checked", "실행 재계산", "a run was recomputed", ENTITY_MANAGEMENT, 3),
    Kind("run.stopped", "실행 중단", "a run was stopped", ENTITY_MANAGEMENT, 3),
    Kind("run.released", "실행 승인", "a run was released", ENTITY_MANAGEMENT, 3),
    Kind("run.paused", "실행 일시정지", "a run was paused", ENTITY_MANAGEMENT, 3),
    Kind("run.resumed", "실행 재개", "a run was resumed", ENTITY_MANAGEMENT, 3),
    Kind("run.cancelled", "실행 취소", "a run was cancelled", ENTITY_MANAGEMENT, 4),
    Kind("run.shard_sent", "묶음 전송", "a shard was sent", API_ACTIVITY, 1),
    Kind("run.item_resolved", "항목 확인", "a person ended an item", ENTITY_MANAGEMENT, 3),
    Kind("run.answers_brought", "응답 파일 올림", "a file of answers was brought", API_ACTIVITY, 1),
    Kind("run.answers_applied", "응답 반영", "answers were applied", API_ACTIVITY, 3),
    Kind("run.closed", "실행 완료", "a run was closed", ENTITY_MANAGEMENT, 3),
    Kind("ledger.released", "약속 해제", "unclaimed promises were released", ENTITY_MANAGEMENT, 3),
    Kind(
        "ledger.promised_again",
        "해제된 약속 복원",
        "released promises are promised again",
        ENTITY_MANAGEMENT,
        3,
    ),
    Kind(
        "personal_data.used_by_run",
        "실행에 개인정보 사용",
        "a run used personal data",
        DATASTORE_ACTIVITY,
        1,
    ),
)

_STORE = (
    Kind("store.backed_up", "백업", "the store was backed up", DATASTORE_ACTIVITY, OTHER),
    Kind("store.restored", "복원", "the store was restored", DATASTORE_ACTIVITY, OTHER),
    Kind("system.started", "시스템 시작", "the system was started", APPLICATION_LIFECYCLE, 3),
    Kind("system.stopped", "시스템 중지", "the system was stopped", APPLICATION_LIFECYCLE, 4),
    Kind("portal.gate_set", "접속 인원 조절", "the customers' gate was set", API_ACTIVITY, 3),
    Kind("system.migrated", "테이블 변경", "the tables were changed", APPLICATION_LIFECYCLE, OTHER),
)

SIGNER_MADE = "log.signer_made"
CHECKPOINT_SIGNED = "log.checkpoint_signed"
CHECKPOINT_WITNESSED = "log.checkpoint_witnessed"

_LOG = (
    Kind(
        SIGNER_MADE, "기록 서명 키 생성", "a signing key of the log was made", ENTITY_MANAGEMENT, 1
    ),
    Kind(CHECKPOINT_SIGNED, "체크포인트 서명", "a checkpoint was signed", API_ACTIVITY, 1),
    Kind(CHECKPOINT_WITNESSED, "체크포인트 공증", "a checkpoint was witnessed", API_ACTIVITY, 3),
    Kind("log.verified", "기록 검증", "the log was verified", API_ACTIVITY, 2),
    Kind("log.read", "기록 열람", "the log was read", API_ACTIVITY, 2),
    Kind("log.exported", "기록 내보내기", "the log was exported", API_ACTIVITY, 2),
    Kind("log.forwarded", "기록 전송 설정", "where events are sent was changed", API_ACTIVITY, 3),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for group in (
        _PERSONAL_DATA,
        _DOCUMENTS,
        _CONSENTS,
        _ACCESS,
        _KEYS,
        _PROPOSALS,
        _PROGRAMMES,
        _STAFF,
        _CUSTOMERS,
        _REDRESS,
        _CASES,
        _RUNS,
        _STORE,
        _LOG,
    )
    for kind in group
}
"""All kinds by their names, in the order of the page docs/audit.md."""

HOUSEKEEPING = frozenset({CHECKPOINT_SIGNED, CHECKPOINT_WITNESSED})
"""Kinds that the log writes about itself: they alone are no reason for a new checkpoint."""
