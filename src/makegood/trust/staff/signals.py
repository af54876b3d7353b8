"""What Django and allauth report becomes sessions, strengths and entries of the log."""

from __future__ import annotations

from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_set,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_init, pre_save
from django.http import HttpRequest

from makegood.trust.staff.factors import bind_secrets, know_secrets
from makegood.trust.staff.models import Member, Session
from makegood.trust.staff.recording import record
from makegood.trust.staff.requests import standing
from makegood.trust.staff.sessions import end, open_session, session_of, signed_in_again
from makegood.trust.staff.strength import keep_recovery, keep_step, step


def connect() -> None:
    """Listen; called once when the application is ready."""
    authentication_step_completed.connect(_on_step, dispatch_uid="makegood.step")
    user_logged_in.connect(_on_signed_in, dispatch_uid="makegood.signed_in")
    user_logged_out.connect(_on_signed_out, dispatch_uid="makegood.signed_out")
    authenticator_added.connect(_on_factor_added, dispatch_uid="makegood.added")
    authenticator_reset.connect(_on_factor_added, dispatch_uid="makegood.reset")
    authenticator_removed.connect(_on_factor_removed, dispatch_uid="makegood.removed")
    password_changed.connect(_on_password, dispatch_uid="makegood.password_changed")
    password_set.connect(_on_password, dispatch_uid="makegood.password_set")
    post_init.connect(_on_loaded, sender=Authenticator, dispatch_uid="makegood.loaded")
    pre_save.connect(_on_saved, sender=Authenticator, dispatch_uid="makegood.saved")


def _on_loaded(instance: Authenticator, **_: object) -> None:
    know_secrets(instance)


def _on_saved(instance: Authenticator, **_: object) -> None:
    bind_secrets(instance)


def _on_step(
    request: HttpRequest,
    method: str,
    type: str = "",  # noqa: A002 - allauth's name
    reauthenticated: bool = False,  # noqa: FBT001, FBT002 - allauth calls it by name
    **_: object,
) -> None:
    strength, at = step(request, method, type)
    if method == "mfa" and type == Authenticator.Type.RECOVERY_CODES:
        keep_recovery(request)
    if not reauthenticated or session_of(request) is None:
        keep_step(request, strength, at)
        return
    signed_in_again(request, strength, at)
    # What was seen of the cookie before is worth nothing after.
    request.session.cycle_key()


def _on_signed_in(request: HttpRequest, user: Member, **_: object) -> None:
    open_session(request, user)


def _on_signed_out(request: HttpRequest, **_: object) -> None:
    session = session_of(request)
    if session is not None:
        source = standing(request).origin.source
        end(session, Session.End.SIGNED_OUT, source=source)


def _on_factor_added(
    request: HttpRequest, user: Member, authenticator: Authenticator, **_: object
) -> None:
    _tell(request, user, "staff.factor_added", str(authenticator.type))


def _on_factor_removed(
    request: HttpRequest, user: Member, authenticator: Authenticator, **_: object
) -> None:
    _tell(request, user, "staff.factor_removed", str(authenticator.type))


def _on_password(request: HttpRequest, user: Member, **_: object) -> None:
    _tell(request, user, "staff.password_changed", "")


def _tell(request: HttpRequest, user: Member, kind: str, factor: str) -> None:
    record(
        kind,
        actor=user.actor,
        subject=f"staff:{user.pk}",
        source=standing(request).origin.source,
        details={"factor": factor} if factor else {},
    )
