"""For security officers: members, devices to approve, sessions to end, waits to release.

What is allowed is decided where it is done; a refusal becomes a page in ``errors``.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from makegood.operations.frame import language
from makegood.trust.policy import Role, role_name
from makegood.trust.staff import (
    all_members,
    all_open_sessions,
    approve_device,
    devices_known,
    devices_waiting,
    locked,
    release_key,
    revoke_device,
    revoke_session,
    visitor_of,
)


@login_required
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """All members and their roles."""
    found = [
        (member, [role_name(role, language()) for role in Role if role.value in member.roles])
        for member in all_members(visitor_of(request))
    ]
    return render(request, "operations/members.html", {"members": found})


@login_required
@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Devices to decide, and those that count."""
    visitor = visitor_of(request)
    context = {"waiting": devices_waiting(visitor), "known": devices_known(visitor)}
    return render(request, "operations/officer_devices.html", context)


@login_required
@require_POST
def approve(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A device counts from now on."""
    approve_device(visitor_of(request), device_id)
    messages.success(request, _("The device counts from now on."))
    return redirect("officer_devices")


@login_required
@require_POST
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A device counts no longer."""
    revoke_device(visitor_of(request), device_id)
    messages.success(request, _("The device counts no longer."))
    return redirect("officer_devices")


@login_required
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """Everybody's open sessions."""
    visitor = visitor_of(request)
    context = {"sessions": all_open_sessions(visitor), "present": visitor.session_id}
    return render(request, "operations/officer_sessions.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Somebody's session is over from its next request on."""
    revoke_session(visitor_of(request), session_id)
    messages.success(request, _("The session was ended."))
    return redirect("officer_sessions")


@login_required
@require_GET
def waits(request: HttpRequest) -> HttpResponse:
    """Accounts and addresses that wait after wrong answers."""
    return render(request, "operations/locked.html", {"waits": locked(visitor_of(request))})


@login_required
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """A wait is over."""
    ended = release_key(visitor_of(request), request.POST.get("key", ""))
    if ended:
        messages.success(request, _("Released."))
    return redirect("waits")
