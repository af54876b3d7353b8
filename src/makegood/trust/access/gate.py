"""The gate: every act is decided by the policies, and every decision stands in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType

from opentelemetry import trace

from makegood.kernel import MakegoodError
from makegood.trust.access.in_force import policies
from makegood.trust.access.plain_words import checked_case, checked_customer_id
from makegood.trust.access.refusal import Refused
from makegood.trust.access.standing import consent_state
from makegood.trust.access.visitor import Visitor
from makegood.trust.access.writing import write, write_for_good
from makegood.trust.audit import Json, Record
from makegood.trust.clock import now
from makegood.trust.policy import Act, Circumstances, Purpose, Resource, Ruling

_tracer = trace.get_tracer("makegood.trust.access")
_NOTHING: Mapping[str, Json] = MappingProxyType({})
_SHORT = 16
_PURPOSES = frozenset(Purpose)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the gate: who wants to do what to what, what for.

    ``details`` go into the entry beside what the gate says itself; never personal data.
    """

    visitor: Visitor
    act: Act
    resource: Resource
    purpose: str = ""
    case: str = ""
    proposed_by: str = ""
    approved: bool = False
    details: Mapping[str, Json] = field(default_factory=dict)

    @property
    def purpose_named(self) -> str:
        """The purpose as it may stand in the log: anything but a word of the list is own text."""
        return self.purpose if self.purpose in _PURPOSES else ""

    def circumstances(self) -> Circumstances:
        """What the policies judge by. Raises MakegoodError MG772."""
        from django.conf import settings

        visitor = self.visitor
        return Circumstances(
            purpose=self.purpose,
            case=checked_case(self.case),
            consent=consent_for(self.act, self.resource, self.purpose),
            device=visitor.device,
            sign_in_strength=visitor.sign_in_strength,
            sign_in_age_seconds=visitor.sign_in_age_seconds(),
            network=visitor.network,
            local_hour=now().astimezone(settings.INSTALLATION.zone).hour,
            proposed_by=self.proposed_by,
            approved=self.approved,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate decided about a request, with what its entries say of it."""

    request: Request
    ruling: Ruling
    circumstances: Circumstances
    policy_version: str

    @property
    def details(self) -> dict[str, Json]:
        """What every entry of the decision says."""
        judged_by = self.circumstances
        return {
            "act": str(self.request.act),
            "policies": list(self.ruling.policy_ids),
            "policy_version": self.policy_version[:_SHORT],
            "device": judged_by.device,
            "sign_in": judged_by.sign_in_strength,
            "sign_in_age_seconds": judged_by.sign_in_age_seconds,
            "network": judged_by.network,
            "local_hour": judged_by.local_hour,
            "consent": judged_by.consent,
            "session": _shortened(self.request.visitor.session_id),
        }

    def record(self, kind: str, person: str = "", **details: Json) -> Record:
        """The entry of this decision; ``person`` is the pseudonym of who is concerned."""
        request = self.request
        resource, visitor = request.resource, request.visitor
        person = person or (resource.id if resource.kind == "customer" else "")
        name = f"customer:{person}" if person else f"{resource.kind}:{resource.id}"
        return Record(
            kind=kind,
            actor=visitor.actor,
            subject=name if name[-1] != ":" else name[:-1],
            person=person,
            purpose=request.purpose_named,
            case=request.case.strip(),
            source=visitor.source,
            details={**self.details, **request.details, **details},
        )


def permit(  # noqa: PLR0913 - each is a circumstance that policies judge by
    visitor: Visitor,
    act: Act,
    resource: Resource,
    *,
    purpose: str = "",
    case: str = "",
    proposed_by: str = "",
    approved: bool = False,
    kind: str = "access.permitted",
    details: Mapping[str, Json] = _NOTHING,
) -> Ruling:
    """Decide whether the visitor may, and record it: call it in the transaction of the act.

    The entry of an allowed act belongs to the caller's transaction: both are kept, or neither.
    The entry of a refusal is kept whatever becomes of that transaction. ``approved`` says that an
    approved proposal is at hand, ``proposed_by`` who made it; ``kind`` is the kind of the entry
    where it is allowed, for acts that have one of their own.

    Raises Refused (MG770) with all conditions that failed, MakegoodError MG771 where the log
    cannot be written, MG772 where the case is none, MG774 where the pseudonym is none, which is
    recorded as a refusal, too; TransactionManagementError outside of ``transaction.atomic()``.
    """
    decision = decide(
        Request(visitor, act, resource, purpose, case, proposed_by, approved, details)
    )
    write([decision.record(kind)])
    return decision.ruling


def permitted(
    visitor: Visitor,
    act: Act,
    resource: Resource,
    *,
    kind: str,
    purpose: str = "",
    case: str = "",
    details: Mapping[str, Json] = _NOTHING,
) -> Record:
    """Decide as ``permit`` does, and give the entry to who writes it by the very act's statement.

    For an act that is done many times a second: its statement holds ``trust.audit.entry_clauses``,
    so that the act is kept with its entry or not at all. Raises as ``permit`` does, but for MG771
    of an allowed act.
    """
    request = Request(visitor, act, resource, purpose, case, details=details)
    return decide(request).record(kind)


def expect_permitted(
    visitor: Visitor, act: Act, resource: Resource, *, purpose: str = "", case: str = ""
) -> None:
    """Decide as ``permit`` does, of what makes no entry where it is allowed; a refusal makes one.

    Such is looking again at what was shown before, and recorded then. Raises Refused MG770,
    MakegoodError MG772, MG774.
    """
    decide(Request(visitor, act, resource, purpose, case))


def decide(request: Request) -> Decision:
    """The decision where it is allowed; the caller writes its entries. Raises as ``permit``."""
    with _tracer.start_as_current_span("gate.decide") as span:
        _expect_pseudonym(request)
        circumstances = request.circumstances()
        in_force = policies()
        ruling = in_force.decide(
            request.visitor.principal, request.act, request.resource, circumstances
        )
        if span.is_recording():
            span.set_attributes(
                {
                    "makegood.act": str(request.act),
                    "makegood.resource": str(request.resource.kind),
                    "makegood.allowed": ruling.allowed,
                    "makegood.policies": list(ruling.policy_ids),
                }
            )
        decision = Decision(request, ruling, circumstances, in_force.version)
    if ruling.allowed:
        return decision
    write_for_good(decision.record("access.refused"))
    raise Refused(request.act, ruling)


def write_decision(decision: Decision, kind: str, persons: Sequence[str], **more: Json) -> None:
    """One entry for each person concerned, or one where nobody is, in the caller's transaction."""
    write([decision.record(kind, person, **more) for person in persons or [""]])


def consent_for(act: Act, resource: Resource, purpose: str) -> str:
    """A customer's consent where one is concerned and it matters. Takes a checked pseudonym.

    It matters where a policy about the act asks for it, and where consents are what the act is
    about. Elsewhere it is not needed, and the store is not asked.
    """
    if resource.kind != "customer" or not resource.id:
        return "not_needed"
    if act is not Act.RECORD_CONSENT and not policies().asks_consent(act):
        return "not_needed"
    return consent_state(resource.id, purpose) if purpose in _PURPOSES else "none"


def _expect_pseudonym(request: Request) -> None:
    """Raises MakegoodError MG774; the attempt is recorded, without what was typed."""
    resource = request.resource
    if resource.kind != "customer" or not resource.id:
        return
    try:
        checked_customer_id(resource.id)
    except MakegoodError as error:
        visitor = request.visitor
        details: dict[str, Json] = {
            "act": str(request.act),
            "codes": [finding.code for finding in error.findings],
            "device": str(visitor.device),
            "sign_in": str(visitor.sign_in_strength),
            "network": str(visitor.network),
            "session": _shortened(visitor.session_id),
        }
        write_for_good(
            Record(
                "access.refused",
                visitor.actor,
                str(resource.kind),
                purpose=request.purpose_named,
                source=visitor.source,
                details=details,
            )
        )
        raise


def _shortened(session_id: str) -> str:
    """What tells sessions apart in the log, from which none can be taken over."""
    return sha256(session_id.encode()).hexdigest()[:_SHORT] if session_id else ""
