"""The words of a rehearsal's report, in Korean and English."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from makegood.kernel import Finding, MakegoodError, Rounding, divide
from makegood.programmes import Programme, date_text, moment_text, number_text

LANGUAGES = ("ko", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("예행연습 결과", "Rehearsal"),
    "made_up": (
        "만들어 낸 회선과 고객으로 가상 시계 위에서 한 연습입니다. 실제 고객은 없습니다.",
        "Played on a virtual clock with made-up lines and customers. Nobody real is in it.",
    ),
    "holds": (
        "모든 회선이 받아야 할 것을 받았습니다.",
        "Every line got what it must have.",
    ),
    "holds_not": ("차이가 있습니다: {count}건", "It differs: {count} times"),
    "key_figures": ("핵심 숫자", "Key figures"),
    "lines": ("회선", "lines"),
    "lines_note": ("씨앗값 {seed}, 장애 수준 {faults}", "seed {seed}, faults: {faults}"),
    "span": ("기간", "from – to"),
    "claims": ("신청", "applications"),
    "claims_note": ("고객이 낸 {count}건 중 중복 {twice}건", "{count} sent, {twice} of them again"),
    "paid": ("계좌 지급", "paid to accounts"),
    "paid_note": ("{count}건", "{count} payments"),
    "sent": ("문자", "messages"),
    "sent_note": ("안내와 알림", "notices and reminders"),
    "runs": ("실행", "runs"),
    "runs_note": ("대상 {items}건", "{items} items"),
    "killed": ("강제 종료한 작업자", "workers killed"),
    "killed_note": ("SIGKILL, 임의의 순간", "SIGKILL, at a random instant"),
    "story": ("이야기", "The story"),
    "books": ("실행과 원장", "Runs and ledger"),
    "proof": ("확인", "Proof"),
    "by_day": ("날짜별 신청", "Applications by day"),
    "by_channel": ("창구별", "by channel"),
    "web": ("웹", "web"),
    "call_centre": ("고객센터", "call centre"),
    "shop": ("매장", "shop"),
    "reminders": ("알림의 효과", "Effect of reminders"),
    "before_first": ("첫 알림 전", "before the first reminder"),
    "after_reminder": ("{day} 알림 뒤", "after the reminder of {day}"),
    "reminders_note": (
        "다음 알림 또는 마감까지 들어온 신청입니다.",
        "Applications until the next reminder, or until the end.",
    ),
    "payouts": ("지급일별 금액", "Pay-outs by day"),
    "payouts_note": ("돌려받은 {returned}건은 정정 뒤 다시 지급", "{returned} came back"),
    "liability": ("남은 의무", "What is owed"),
    "liability_note": (
        "약속, 신청, 승인, 반송 잔액의 합입니다.",
        "The balances of promised, claimed, approved and returned.",
    ),
    "acts": ("예외적인 일", "Out of the ordinary"),
    "acts_note": (
        "사람이 정하거나 되돌린 일입니다. 결과는 아래의 확인에 들어 있습니다.",
        "What persons decided or took back. What came of it is in the checks below.",
    ),
    "objected": ("이의신청", "objections"),
    "upheld": ("이의 인정(두 사람)", "objections upheld by two persons"),
    "not_upheld": ("이의 불인정", "objections not upheld"),
    "approved": ("두 사람이 승인한 신청", "applications approved by two persons"),
    "turned_down": ("사람이 거절한 신청", "applications turned down by a person"),
    "guardian": ("서류를 낸 다른 이름의 계좌", "accounts in another name, with a document"),
    "guardian_bare": ("서류 없는 다른 이름의 계좌", "accounts in another name, without one"),
    "exception": ("보여 준 금액대로 높인 지급", "given what was shown instead of less"),
    "held": ("멈췄다 이어 간 실행", "runs held, and let go on"),
    "cancelled": ("취소하고 다시 계획한 실행", "runs cancelled, and planned again"),
    "ran_empty": ("비었다 다시 채운 코드 묶음", "pools of codes that ran empty"),
    "waited_for_code": ("코드가 없어 미뤄진 이용권", "passes put off for want of a code"),
    "deviations": ("보여 준 것과 다른 회선", "Lines that are due something else than was shown"),
    "col_deviating": ("다른 회선", "lines"),
    "col_less": ("그중 보여 준 것보다 적은 회선", "of them less than was shown"),
    "deviations_note": (
        "마지막 날 기준입니다. 이미 승인된 신청은 그 금액대로 지급되었습니다.",
        "On the last day. What was approved before was paid as it was approved.",
    ),
    "of_planned": ("계획 {count}건", "of {count} planned"),
    "messages": ("보낸 문자", "Messages"),
    "run_list": ("실행 목록", "Runs"),
    "col_run": ("실행", "run"),
    "col_due": ("예정", "due"),
    "col_items": ("대상", "items"),
    "col_done": ("완료", "done"),
    "col_failed": ("실패", "failed"),
    "col_returned": ("반송", "returned"),
    "col_unknown": ("미확인", "unknown"),
    "col_total": ("금액", "total"),
    "col_state": ("상태", "state"),
    "all": ("합계", "all"),
    "ledger": ("원장", "Ledger"),
    "col_measure": ("항목", "measure"),
    "survived": ("견뎌 낸 장애", "Faults survived"),
    "survived_none": ("장애 없이 연습했습니다.", "Nothing was made to go wrong."),
    "kills": ("작업자 강제 종료", "worker processes killed"),
    "workers": ("시작한 작업자", "worker processes started"),
    "restarts": ("데이터베이스 비정상 종료와 재시작", "the database crashed and came back"),
    "unanswered": ("응답이 오지 않아 다시 물은 건", "answers lost, and asked about"),
    "doubled": ("두 번 온 응답", "answers that came twice"),
    "late": ("늦게 온 파일", "files that came late"),
    "rejected": ("거절된 건", "items rejected"),
    "returned": ("며칠 뒤 반송된 지급", "payments returned days later"),
    "twice": ("두 창구에서 동시에 낸 신청", "applications sent at once over two channels"),
    "mistyped": ("잘못 적은 계좌", "accounts mistyped"),
    "too_early": ("접수 전 신청", "applications too early"),
    "too_late": ("마감 뒤 신청", "applications too late"),
    "troubles": ("작업 중 알려진 문제", "Troubles told while working"),
    "troubles_note": (
        "이것만으로 연습이 실패하지는 않습니다. 결과는 아래의 확인과 차이가 정합니다.",
        "They alone fail nothing: whether it holds is what checks and differences below say.",
    ),
    "col_trouble": ("종류", "kind"),
    "col_times": ("횟수", "times"),
    "checks": ("확인한 것", "What was checked"),
    "col_check": ("확인", "check"),
    "col_looked_at": ("본 것", "looked at"),
    "col_holds": ("결과", "holds"),
    "yes": ("예", "yes"),
    "no": ("아니오", "no"),
    "differences": ("차이", "Differences"),
    "col_line": ("회선", "line"),
    "col_what": ("무엇", "what"),
    "col_expected": ("예측기", "the oracle"),
    "col_found": ("결과", "found"),
    "versions": ("공개된 판", "Versions in force"),
    "footer": (
        "같은 씨앗값은 같은 이야기와 같은 최종 숫자를 냅니다. 작업자가 죽는 순간만 다릅니다.",
        "The same seed gives the same story and the same final figures, whenever workers die.",
    ),
    "command": ("같은 연습을 다시 하려면", "To rehearse the same again"),
    "none": ("없음", "none"),
    "some": ("약간", "some"),
    "many": ("많음", "many"),
}

_CHECKS: dict[str, tuple[str, str]] = {
    "provisioning": ("개통 시스템이 받은 것", "what the provisioning system was given"),
    "billing": ("청구 시스템이 받은 것", "what the billing system was given"),
    "bank": ("은행이 지급한 것", "what the bank paid"),
    "insurer": ("보험사가 가입시킨 것", "whom the insurer enrolled"),
    "sms": ("나간 문자", "messages that went out"),
    "passes": ("나눠 준 이용권", "passes that were given"),
    "coupons": ("나눠 준 쿠폰", "coupons that were given"),
    "events": ("신청과 이용권 소식 문자", "messages about claims and passes"),
    "claims": ("신청의 마지막 상태", "where each claim ended"),
    "steered": (
        "멈추거나 취소한 실행에서 나간 것이 없음",
        "nothing left of runs held or cancelled",
    ),
    "runs_closed": ("모든 실행이 완료됨", "every run is closed"),
    "no_unknown": ("미확인 건이 없음", "no item is without an end"),
    "once": ("한 키는 한 번만 지급됨", "no key was paid twice"),
    "ledger_zero": ("원장의 합이 0", "the ledger sums to zero"),
    "ledger_paid": ("원장의 지급 = 은행의 지급", "paid in the ledger is what the bank paid"),
    "ledger_verified": ("원장이 신청·실행과 같음", "the ledger agrees with claims and runs"),
    "mistakes": (
        "작업 중 프로그램 오류가 없음",
        "no mistake of the program while working",
    ),
    "log": ("감사 기록이 검증됨", "the log verifies"),
    "quotes": ("보여 준 금액보다 적게 지급하지 않음", "nobody was paid less than was shown"),
}


def expect_spoken(language: str) -> None:
    """Raises MakegoodError MG616 for a language that no report is written in."""
    if language not in LANGUAGES:
        message = f"reports of rehearsals do not speak '{language[:20]}'"
        raise MakegoodError(Finding("MG616", message, f"they speak {', '.join(LANGUAGES)}"))


class Words:
    """Says things in Korean or English, as the programme's currency and zone are."""

    def __init__(self, programme: Programme, language: str) -> None:
        expect_spoken(language)
        self.language = language
        self._programme = programme
        self._zone = ZoneInfo(programme.section.time_zone)
        self._place = LANGUAGES.index(language)

    def say(self, key: str, **values: object) -> str:
        """A phrase."""
        return _WORDS[key][self._place].format(**values)

    def check(self, name: str) -> str:
        """What a check is called."""
        return _CHECKS[name][self._place] if name in _CHECKS else name

    def own(self, texts: dict[str, str]) -> str:
        """A text of the programme's: in this language, or in its leading one."""
        return texts.get(self.language) or texts[self._programme.languages[0]]

    def measure(self, name: str) -> str:
        """A measure's title; the programme's own where there is none."""
        if not name:
            return self.own(dict(self._programme.section.title))
        return self.own(dict(self._programme.measures[name].section.title))

    def number(self, number: int) -> str:
        """``200,000``."""
        return number_text(number, self.language)

    def money(self, amount: int) -> str:
        """``466,667원``, ``CAD 12.50``."""
        return self._programme.currency.text(amount, self.language)

    def short_money(self, amount: int) -> str:
        """A round amount for an axis: ``500k``, ``50만``."""
        return self.short(amount // 10**self._programme.currency.minor_digits)

    def short(self, number: int) -> str:
        """A round number for an axis."""
        units = (
            ((10**8, "억"), (10**4, "만"))
            if self.language == "ko"
            else ((10**9, "bn"), (10**6, "M"), (10**3, "k"))
        )
        for unit, name in units:
            if number >= unit:
                tenths = divide(10 * number, unit, Rounding.HALF_UP)
                whole, tenth = divmod(tenths, 10)
                return f"{self.number(whole)}{f'.{tenth}' if tenth else ''}{name}"
        return self.number(number)

    def day(self, day: date) -> str:
        """``2026년 1월 13일``."""
        return date_text(day, self.language)

    def day_short(self, day: date) -> str:
        """``1.13.``, ``13 Jan``."""
        if self.language == "ko":
            return f"{day.month}.{day.day}."
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def moment(self, at: datetime) -> str:
        """An instant in the programme's zone."""
        return moment_text(at.astimezone(self._zone), self.language)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
