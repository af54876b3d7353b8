"""Where a run and a shard of it stand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RunState(StrEnum):
    """A run goes down this list; from CHECKED on it may be paused, before SENDING cancelled.

    One that was stopped goes on where it stood, where what stopped it is put right (``resuming``).
    """

    PLANNED = "planned"
    """Its items are written and closed: items and left out, with reasons, are all decided lines."""
    CHECKED = "checked"
    """The other engine said the same of every item."""
    RELEASED = "released"
    """A second person approved it, or its kind needs none."""
    SENDING = "sending"
    SENT = "sent"
    """Every shard is outside; answers are waited for."""
    CLOSED = "closed"
    """Every item has an end, and the control totals agree."""
    STOPPED = "stopped"
    """Something did not agree; ``finding`` says what. Nothing more leaves."""
    CANCELLED = "cancelled"


class ShardState(StrEnum):
    """Where a shard stands. ``SENDING`` of a dead worker is doubtful: the other side is asked."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    ANSWERED = "answered"


STATE_WORDS: Mapping[RunState, Mapping[str, str]] = {
    RunState.PLANNED: {"ko": "계획됨", "en": "planned"},
    RunState.CHECKED: {"ko": "재계산 확인", "en": "checked"},
    RunState.RELEASED: {"ko": "실행 승인", "en": "released"},
    RunState.SENDING: {"ko": "보내는 중", "en": "sending"},
    RunState.SENT: {"ko": "응답 대기", "en": "sent"},
    RunState.CLOSED: {"ko": "완료", "en": "closed"},
    RunState.STOPPED: {"ko": "중단", "en": "stopped"},
    RunState.CANCELLED: {"ko": "취소", "en": "cancelled"},
}
"""What each is called, by language."""
