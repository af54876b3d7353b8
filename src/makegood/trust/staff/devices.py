"""Devices: known by a certificate that the proxy has checked, or enrolled and approved."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from makegood.kernel import Finding, MakegoodError
from makegood.trust.access import permit
from makegood.trust.clock import now
from makegood.trust.policy import Act, PrincipalKind, Resource, ResourceKind
from makegood.trust.staff.agreeing import BOOTSTRAP, agreed, in_bootstrap
from makegood.trust.staff.hashing import hash_of
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Device, Member
from makegood.trust.staff.reading import may_read
from makegood.trust.staff.recording import record
from makegood.trust.staff.requests import standing

if TYPE_CHECKING:
    from makegood.trust.access import Visitor
    from makegood.trust.staff.origin import Origin

COOKIE_SECONDS = 365 * 24 * 3600
"""After a year a device is asked for again, so that each is looked at once a year."""
BY_CERTIFICATE = "certificate"
_SALT = "makegood.device"
_NAME_CHARACTERS_MAX = 80


def cookie_name() -> str:
    """The name of the cookie that says which device it is."""
    return "__Host-makegood-device" if installation().web_https else "makegood-device"


def device_of(request: HttpRequest, origin: Origin) -> Device | None:
    """The device a request comes from, known or not; None where it says nothing believable."""
    if origin.certificate:
        return Device.objects.filter(key_hash=hash_of("certificate", origin.certificate)).first()
    cookie = request.COOKIES.get(cookie_name(), "")
    if not cookie:
        return None
    try:
        key = signing.loads(cookie, salt=_SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return Device.objects.filter(key_hash=hash_of("device", str(key))).first()


def device_at_sign_in(origin: Origin, found: Device | None, member: Member) -> Device | None:
    """The device of a sign-in: one with a certificate is entered when it is first seen."""
    if found is not None:
        Device.objects.filter(pk=found.pk).update(last_seen_at=now())
        return found
    if not origin.certificate:
        return None
    made, is_new = Device.objects.get_or_create(
        key_hash=hash_of("certificate", origin.certificate),
        defaults={
            "kind": Device.Kind.CERTIFICATE,
            "name": origin.certificate[:_NAME_CHARACTERS_MAX],
            "asked_by": member,
            "asked_at": now(),
            "asked_from": origin.source,
            "approved_by": BY_CERTIFICATE,
            "approved_at": now(),
            "last_seen_at": now(),
        },
    )
    if is_new:
        record(
            "device.enrolled",
            actor=member.actor,
            subject=f"device:{made.device_id}",
            source=origin.source,
            details={"kind": made.kind},
        )
    return made


def ask_for_device(request: HttpRequest, member: Member, name: str) -> tuple[Device, str]:
    """Ask that this computer be known; the device and the value of its cookie.

    It counts once somebody else has approved it. The session goes on, on the new device.
    """
    found = standing(request)
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Device.objects.create(
            kind=Device.Kind.ENROLLED,
            name=name.strip()[:_NAME_CHARACTERS_MAX],
            key_hash=hash_of("device", key),
            asked_by=member,
            asked_at=now(),
            asked_from=found.origin.source,
        )
        if found.session is not None:
            found.session.device = made
            found.session.save(update_fields=["device"])
        record(
            "device.enrolled",
            actor=member.actor,
            subject=f"device:{made.device_id}",
            source=found.origin.source,
            details={"kind": made.kind},
        )
    return made, signing.dumps(key, salt=_SALT)


def give_device_cookie(response: HttpResponse, value: str) -> None:
    """Let the browser keep which device it is."""
    response.set_cookie(
        cookie_name(),
        value,
        max_age=COOKIE_SECONDS,
        secure=installation().web_https,
        httponly=True,
        samesite="Lax",
    )


def approve_device(visitor: Visitor, device_id: UUID) -> Device:
    """Let a device count from now on.

    A signed-in officer is the second person to the one who asked. The account of a console is
    nobody in particular: there two must have agreed. Raises Refused (MG770), MakegoodError MG769,
    MG783, MG784.
    """
    with transaction.atomic():
        device = _held(device_id)
        if visitor.principal.kind is PrincipalKind.STAFF or in_bootstrap():
            alone = visitor.principal.kind is not PrincipalKind.STAFF
            said = BOOTSTRAP if alone else {}
            permit(
                visitor,
                Act.ENROL_DEVICE,
                _resource(device),
                kind="device.approved",
                details=said,
            )
        else:
            _agreed(visitor, device)
        if device.approved_at is not None or device.revoked_at is not None:
            raise MakegoodError(
                Finding(
                    "MG784",
                    "the device is decided already",
                    "ask again from that computer for a new one",
                )
            )
        device.approved_by, device.approved_at = visitor.actor, now()
        device.save(update_fields=["approved_by", "approved_at"])
    return device


def revoke_device(visitor: Visitor, device_id: UUID) -> Device:
    """Let a device count no longer; what works on it is refused from its next request on.

    Raises Refused (MG770), MakegoodError MG783.
    """
    with transaction.atomic():
        device = _held(device_id)
        permit(visitor, Act.REVOKE_DEVICE, _resource(device), kind="device.revoked")
        if device.revoked_at is None:
            device.revoked_by, device.revoked_at = visitor.actor, now()
            device.save(update_fields=["revoked_by", "revoked_at"])
    return device


def devices_waiting(visitor: Visitor) -> list[Device]:
    """Devices that nobody has decided yet, the oldest first. Raises Refused (MG770)."""
    may_read(visitor)
    waiting = Device.objects.filter(approved_at=None, revoked_at=None)
    return list(waiting.select_related("asked_by").order_by("asked_at"))


def devices_known(visitor: Visitor) -> list[Device]:
    """Devices that count, by name. Raises Refused (MG770)."""
    may_read(visitor)
    known = Device.objects.filter(approved_at__isnull=False, revoked_at=None)
    return list(known.select_related("asked_by").order_by("name", "asked_at"))


def devices_of(member: Member) -> list[Device]:
    """All devices a member has asked for, the newest first."""
    return list(Device.objects.filter(asked_by=member).order_by("-asked_at"))


def _held(device_id: UUID) -> Device:
    found = Device.objects.select_for_update().filter(pk=device_id).first()
    if found is None:
        raise MakegoodError(
            Finding("MG783", "there is no such device", "'makegood staff devices' lists them")
        )
    return found


def _agreed(visitor: Visitor, device: Device) -> None:
    """Two persons have agreed on it, which its entry says."""
    name, number = device.asked_by.sign_in_name, str(device.device_id)
    contents = {"act": "approve_device", "device": number, "member": name}
    record(
        "device.approved",
        actor=visitor.actor,
        subject=f"device:{number}",
        source=visitor.source,
        details=agreed(visitor, contents, device.asked_by),
    )


def _resource(device: Device) -> Resource:
    owner = f"staff:{device.asked_by_id}"
    return Resource(ResourceKind.DEVICE, str(device.device_id), {"owner": owner})
