"""What takes two persons: each kind with its words, its acts and its lifetimes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from makegood.kernel import Finding, MakegoodError, did_you_mean
from makegood.trust.policy import Act


class ProposalKind(StrEnum):
    """What is proposed."""

    PUBLISH_PROGRAMME = "publish_programme"
    RELEASE_RUN = "release_run"
    END_ITEM = "end_item"
    CUSTOMER_EXCEPTION = "customer_exception"
    ROTATE_KEYS = "rotate_keys"
    CHANGE_POLICIES = "change_policies"
    CHANGE_STAFF = "change_staff"


@dataclass(frozen=True, slots=True)
class Rules:
    """A kind's words, the acts that policies decide, and how long a proposal may wait.

    ``subject`` is how a subject begins: ``programme`` of ``programme:kt-2025``. ``to_decide`` is
    how long it may stay open, ``to_use`` how long an approval may stay unused. ``command`` is the
    one command that proposes it, where what is shown must be worked out and not written by hand.
    """

    ko: str
    en: str
    subject: str
    propose: Act
    approve: Act
    carry_out: Act
    to_decide: timedelta
    to_use: timedelta
    command: str = ""

    @property
    def words(self) -> Mapping[str, str]:
        """What the kind is called, by language."""
        return {"ko": self.ko, "en": self.en}


RULES: Mapping[ProposalKind, Rules] = {
    ProposalKind.PUBLISH_PROGRAMME: Rules(
        "보상안 공개",
        "publish a programme",
        "programme",
        Act.PROPOSE_PUBLISH_PROGRAMME,
        Act.APPROVE_PUBLISH_PROGRAMME,
        Act.PUBLISH_PROGRAMME,
        timedelta(days=7),
        timedelta(days=7),
        "programme propose",
    ),
    # A run's numbers are of a day: an old approval is none.
    ProposalKind.RELEASE_RUN: Rules(
        "실행 내보내기",
        "release a run",
        "run",
        Act.PROPOSE_RELEASE_RUN,
        Act.APPROVE_RELEASE_RUN,
        Act.RELEASE_RUN,
        timedelta(days=1),
        timedelta(hours=12),
    ),
    ProposalKind.END_ITEM: Rules(
        "지급 항목 확정",
        "end an item of money",
        "run",
        Act.PROPOSE_END_ITEM,
        Act.APPROVE_END_ITEM,
        Act.END_ITEM,
        timedelta(days=3),
        timedelta(days=1),
    ),
    ProposalKind.CUSTOMER_EXCEPTION: Rules(
        "고객 예외",
        "an exception for one customer",
        "customer",
        Act.PROPOSE_CUSTOMER_EXCEPTION,
        Act.APPROVE_CUSTOMER_EXCEPTION,
        Act.GRANT_EXCEPTION,
        timedelta(days=14),
        timedelta(days=7),
    ),
    ProposalKind.ROTATE_KEYS: Rules(
        "키 교체",
        "rotate keys",
        "keys",
        Act.PROPOSE_ROTATE_KEYS,
        Act.APPROVE_ROTATE_KEYS,
        Act.ROTATE_KEYS,
        timedelta(days=3),
        timedelta(days=1),
    ),
    ProposalKind.CHANGE_POLICIES: Rules(
        "정책 변경",
        "put other policies in force",
        "policies",
        Act.PROPOSE_CHANGE_POLICIES,
        Act.APPROVE_CHANGE_POLICIES,
        Act.CHANGE_POLICIES,
        timedelta(days=7),
        timedelta(days=7),
    ),
    ProposalKind.CHANGE_STAFF: Rules(
        "직원 변경",
        "let staff have more",
        "staff",
        Act.PROPOSE_CHANGE_STAFF,
        Act.APPROVE_CHANGE_STAFF,
        Act.CHANGE_STAFF,
        timedelta(days=3),
        timedelta(days=1),
    ),
}
"""Every kind there is."""


def kind_named(word: str) -> ProposalKind:
    """The kind of this name. Raises MakegoodError MG787 where there is none."""
    try:
        return ProposalKind(word)
    except ValueError:
        known = [kind.value for kind in ProposalKind]
        hint = did_you_mean(word, known) or f"one of: {', '.join(known)}"
        raise MakegoodError(Finding("MG787", f"no kind of proposal '{word}'", hint)) from None
