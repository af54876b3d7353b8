"""What is a member's own: the first page, sessions, devices."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.operations.forms import DeviceForm
from makegood.operations.frame import language
from makegood.trust.policy import Role, role_name
from makegood.trust.staff import (
    Member,
    ask_for_device,
    devices_of,
    give_device_cookie,
    open_sessions,
    revoke_session,
    standing,
    visitor_of,
)


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Who one is here, and where one can go."""
    visitor = visitor_of(request)
    roles = [role_name(role, language()) for role in Role if role in visitor.principal.roles]
    context = {"visitor": visitor, "roles": roles, "session": standing(request).session}
    return render(request, "operations/home.html", context)


@login_required
@require_GET
def my_sessions(request: HttpRequest) -> HttpResponse:
    """One's own open sessions."""
    context = {
        "sessions": open_sessions(_member(request)),
        "present": visitor_of(request).session_id,
    }
    return render(request, "operations/sessions.html", context)


@login_required
@require_POST
def end_my_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One of one's own sessions is ended."""
    revoke_session(visitor_of(request), session_id)
    messages.success(request, _("The session was ended."))
    return redirect("my_sessions")


@login_required
@require_http_methods(["GET", "POST"])
def my_devices(request: HttpRequest) -> HttpResponse:
    """One's own devices, and the request that this one be known."""
    member = _member(request)
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _device, cookie = ask_for_device(request, member, form.cleaned_data["name"])
        messages.success(
            request, _("Asked. This device counts once a security officer has approved it.")
        )
        response = redirect("my_devices")
        give_device_cookie(response, cookie)
        return response
    found = standing(request)
    context = {
        "form": form,
        "devices": devices_of(member),
        "here": found.device,
        "trust": found.device_trust,
    }
    return render(request, "operations/devices.html", context)


def _member(request: HttpRequest) -> Member:
    session = standing(request).session
    assert session is not None  # noqa: S101 - login_required stands before
    return session.member
