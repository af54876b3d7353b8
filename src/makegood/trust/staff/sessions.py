"""Sessions: short, bound to browser, network and device, and ended by a word in the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from makegood.kernel import Finding, MakegoodError
from makegood.trust.access import permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, Resource, ResourceKind
from makegood.trust.staff.devices import device_at_sign_in
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Member, Session
from makegood.trust.staff.reading import may_read
from makegood.trust.staff.recording import record
from makegood.trust.staff.requests import Standing, standing
from makegood.trust.staff.strength import taken_sign_in

if TYPE_CHECKING:
    from makegood.trust.access import Visitor

KEY = "makegood_session"
_SEEN_SECONDS = 30
"""How exactly the last request is kept: not each one is worth a write."""


def open_session(request: HttpRequest, member: Member) -> Session:
    """The session that a sign-in begins, with the strength of the steps that led to it."""
    found = standing(request)
    strength, signed_in_at = taken_sign_in(request)
    with transaction.atomic():
        found.device = device_at_sign_in(found.origin, found.device, member)
        _end_former(request)
        session = Session.objects.create(
            member=member,
            device=found.device,
            browser=found.origin.browser,
            browser_hash=found.origin.browser_hash,
            network=found.origin.network,
            source=found.origin.source,
            sign_in_strength=strength,
            signed_in_at=signed_in_at,
            started_at=now(),
            last_seen_at=now(),
        )
        record(
            "staff.signed_in",
            actor=member.actor,
            subject=f"session:{session.session_id}",
            source=found.origin.source,
            details={
                "device": found.device_trust,
                "network": found.origin.network,
                "strength": strength,
            },
        )
    request.session[KEY] = str(session.session_id)
    found.session = session
    return session


def _end_former(request: HttpRequest) -> None:
    former = _of(request)
    if former is not None and former.ended_at is None:
        end(former, Session.End.SIGNED_IN_ANEW)


def session_of(request: HttpRequest) -> Session | None:
    """The open session of a request; None where there is none."""
    found = _of(request)
    return found if found is not None and found.ended_at is None else None


def _of(request: HttpRequest) -> Session | None:
    held = request.session.get(KEY)
    if held is None:
        return None
    return Session.objects.select_related("member", "device").filter(pk=UUID(held)).first()


def why_over(session: Session, found: Standing, instant: datetime) -> Session.End | None:
    """Why a session may not go on with this request; None where it may."""
    settings = installation()
    device_id = found.device.pk if found.device else None
    reasons: tuple[tuple[bool, Session.End], ...] = (
        (not session.member.is_active, Session.End.DEACTIVATED),
        (
            instant - session.started_at >= timedelta(hours=settings.session_hours),
            Session.End.TOO_OLD,
        ),
        (
            instant - session.last_seen_at >= timedelta(minutes=settings.session_idle_minutes),
            Session.End.IDLE,
        ),
        (session.browser_hash != found.origin.browser_hash, Session.End.OTHER_BROWSER),
        (session.network != found.origin.network, Session.End.OTHER_NETWORK),
        (session.device_id != device_id, Session.End.OTHER_DEVICE),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def seen(session: Session, instant: datetime) -> None:
    """Keep that the session is in use."""
    if instant - session.last_seen_at >= timedelta(seconds=_SEEN_SECONDS):
        Session.objects.filter(pk=session.pk, ended_at=None).update(last_seen_at=instant)


def signed_in_again(request: HttpRequest, strength: str, at: datetime) -> None:
    """The member of this session has proved again who they are."""
    found = standing(request)
    session = found.session
    if session is None:
        return
    session.sign_in_strength, session.signed_in_at = strength, at
    with transaction.atomic():
        session.save(update_fields=["sign_in_strength", "signed_in_at"])
        record(
            "staff.signed_in_again",
            actor=session.member.actor,
            subject=f"session:{session.session_id}",
            source=found.origin.source,
            details={"strength": strength},
        )


_ENTRIES = {
    Session.End.SIGNED_OUT: "staff.signed_out",
    Session.End.SIGNED_IN_ANEW: "staff.signed_out",
    Session.End.IDLE: "session.expired",
    Session.End.TOO_OLD: "session.expired",
    Session.End.REVOKED: "session.revoked",
}


def end(session: Session, reason: Session.End, *, actor: str = "", source: str = "") -> None:
    """End a session, once, and say so in the log."""
    with transaction.atomic():
        ended = Session.objects.filter(pk=session.pk, ended_at=None).update(
            ended_at=now(), end_reason=reason
        )
        if not ended:
            return
        record(
            _ENTRIES.get(reason, "session.refused"),
            actor=actor or session.member.actor,
            subject=f"session:{session.session_id}",
            source=source or session.source,
            details={"member": str(session.member_id), "why": str(reason)},
        )


def open_sessions(member: Member) -> list[Session]:
    """A member's sessions that are open and within their limits, the newest first."""
    return _within_limits(Session.objects.filter(member=member))


def all_open_sessions(visitor: Visitor) -> list[Session]:
    """Everybody's open sessions, the newest first. Raises Refused (MG770)."""
    may_read(visitor)
    return _within_limits(Session.objects.all())


def _within_limits(found: QuerySet[Session]) -> list[Session]:
    settings = installation()
    instant = now()
    found = found.filter(
        ended_at=None,
        started_at__gt=instant - timedelta(hours=settings.session_hours),
        last_seen_at__gt=instant - timedelta(minutes=settings.session_idle_minutes),
    )
    return list(found.select_related("member", "device").order_by("-started_at"))


def revoke_session(visitor: Visitor, session_id: UUID) -> Session:
    """End a session from outside; its next request finds it over.

    A member may end their own; for others the policies decide. Raises Refused (MG770),
    MakegoodError MG782 where there is no such session.
    """
    with transaction.atomic():
        session = Session.objects.select_related("member").filter(pk=session_id).first()
        if session is None:
            raise MakegoodError(
                Finding("MG782", "there is no such session", "'makegood staff sessions' lists them")
            )
        if visitor.actor != session.member.actor:
            resource = Resource(ResourceKind.STAFF, str(session.member_id))
            permit(visitor, Act.END_SESSION, resource)
        end(session, Session.End.REVOKED, actor=visitor.actor, source=visitor.source)
    return session


def end_all(member: Member, reason: Session.End, *, actor: str, source: str) -> int:
    """End every open session of a member; how many."""
    found = list(Session.objects.select_related("member").filter(member=member, ended_at=None))
    for session in found:
        end(session, reason, actor=actor, source=source)
    return len(found)


def end_every_session(*, actor: str, source: str) -> int:
    """End every open session of everybody, each with its entry; how many."""
    found = list(Session.objects.select_related("member").filter(ended_at=None))
    for session in found:
        end(session, Session.End.REVOKED, actor=actor, source=source)
    return len(found)
