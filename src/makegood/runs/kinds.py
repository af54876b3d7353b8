"""What runs do: each kind with its channel, and whether a second person releases it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from makegood.channels import ChannelName


class RunKind(StrEnum):
    """What a run brings. Closed: there are no others."""

    NOTICE = "notice"
    REMINDER = "reminder"
    PAY_OUT = "pay_out"
    BILL = "bill"
    GRANT = "grant"
    UPLIFT_START = "uplift_start"
    UPLIFT_END = "uplift_end"
    PASSES = "passes"
    COVER = "cover"
    TOP_UP = "top_up"


@dataclass(frozen=True, slots=True)
class Rules:
    """A kind's words and ways. ``channels`` is where it may go, the usual one first."""

    ko: str
    en: str
    channels: tuple[ChannelName, ...]
    needs_release: bool

    @property
    def words(self) -> Mapping[str, str]:
        """What it is called, by language."""
        return {"ko": self.ko, "en": self.en}


_MESSAGES = (ChannelName.SMS, ChannelName.MAIL)

RULES: Mapping[RunKind, Rules] = {
    RunKind.NOTICE: Rules("개별 안내", "notices", _MESSAGES, needs_release=True),
    RunKind.REMINDER: Rules("미신청자 안내", "reminders", _MESSAGES, needs_release=True),
    RunKind.PAY_OUT: Rules(
        "환급금 지급", "pay-out", (ChannelName.BANK, ChannelName.BILLING), needs_release=True
    ),
    RunKind.BILL: Rules("청구서 반영", "bill credits", (ChannelName.BILLING,), needs_release=True),
    RunKind.GRANT: Rules("월별 제공", "grants", (ChannelName.PROVISIONING,), needs_release=False),
    RunKind.UPLIFT_START: Rules(
        "추가 제공 시작", "start of an uplift", (ChannelName.PROVISIONING,), needs_release=False
    ),
    RunKind.UPLIFT_END: Rules(
        "추가 제공 종료", "end of an uplift", (ChannelName.PROVISIONING,), needs_release=False
    ),
    RunKind.PASSES: Rules("이용권 제공", "passes", (ChannelName.VOUCHERS,), needs_release=False),
    RunKind.COVER: Rules("보험 가입", "enrolments", (ChannelName.INSURER,), needs_release=False),
    RunKind.TOP_UP: Rules(
        "차액 지급",
        "top-ups",
        (ChannelName.BANK, ChannelName.BILLING, ChannelName.PROVISIONING),
        needs_release=True,
    ),
}
"""Every kind there is."""
