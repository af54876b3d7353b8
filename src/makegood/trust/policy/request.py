"""What is asked of the policies, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from makegood.trust.policy.words import (
    Consent,
    DeviceTrust,
    Network,
    PrincipalKind,
    Purpose,
    ResourceKind,
    Role,
    SignIn,
)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts.

    ``staff_id`` is a pseudonym: a member's number, the name of a console's user, or the
    ``customer_id`` of a customer.
    """

    staff_id: str
    roles: frozenset[Role]
    active: bool = True
    kind: PrincipalKind = PrincipalKind.STAFF

    @property
    def actor(self) -> str:
        """How the log and proposals name this principal: ``staff:17``, ``console:kim``."""
        return f"{self.kind}:{self.staff_id}"


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted on. ``id`` may be empty, where it is not known yet.

    The id of ``staff`` is the member's ``staff_id``. ``attributes``: of a device its ``owner``,
    an actor; of a proposal the actor it ``concerns``, where there is one; others have none.
    """

    kind: ResourceKind
    id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under what circumstances; everything that is not said is the least trusted.

    A word outside its list counts as ``unknown``, ``none`` or ``outside``: it never helps.
    ``local_hour`` is 0 to 23. ``proposed_by`` is the actor of the proposal that is decided or
    withdrawn. ``approved`` says that an approved, unused proposal for this act is at hand.
    """

    purpose: Purpose | str = Purpose.UNKNOWN
    case: str = ""
    consent: Consent | str = Consent.NONE
    device: DeviceTrust | str = DeviceTrust.UNKNOWN
    sign_in_strength: SignIn | str = SignIn.NONE
    sign_in_age_seconds: int = 1_000_000_000
    network: Network | str = Network.OUTSIDE
    local_hour: int = 0
    proposed_by: str = ""
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the policy's id and its words by language (``ko``, ``en``)."""

    policy_id: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policies say. Refused: every condition that failed. Allowed: what permits it.

    ``errors`` are Cedar's own words where it could not judge the request; such a request is
    refused. They may repeat ids of the request and are for the developer, not for a page.
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    errors: tuple[str, ...] = ()

    @property
    def policy_ids(self) -> tuple[str, ...]:
        """The ids of the reasons, in their order."""
        return tuple(reason.policy_id for reason in self.reasons)

    def text(self, language: str) -> str:
        """All reasons as one text in ``ko`` or ``en``."""
        return " ".join(reason.words[language] for reason in self.reasons)
