"""Named members at the machine's console: a short session in a file only this account reads."""

from __future__ import annotations

import json
import os
import platform
import pwd
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from platformdirs import user_state_path

from makegood.kernel import Finding, MakegoodError
from makegood.trust.access import Visitor
from makegood.trust.clock import now
from makegood.trust.policy import DeviceTrust, Network, SignIn
from makegood.trust.staff.guessing import Attempt, Key, attempt
from makegood.trust.staff.hashing import hash_of
from makegood.trust.staff.installation import installation
from makegood.trust.staff.models import Member, Session
from makegood.trust.staff.recording import record
from makegood.trust.staff.sessions import end, seen
from makegood.trust.staff.visitors import principal_of

CONSOLE_HOURS = 1
_MACHINE = Path("/etc/machine-id")


def sign_in_at_console(sign_in_name: str, password: str, code: str) -> Session:
    """Begin a session of a member at this console, with password and authenticator's code.

    Raises MakegoodError MG785 where name, password or code are not right, or too many were not.
    """
    member = Member.objects.filter(sign_in_name__iexact=sign_in_name).first()
    keys = [Key.account(sign_in_name, None), Key.of_source(_source())]
    keys += [Key.code(member)] if member else []
    tried = attempt(*keys, member=member)
    if tried.wait_seconds:
        hint = f"try again in {tried.wait_seconds} seconds, or have a security officer release it"
        raise MakegoodError(Finding("MG785", "too many attempts", hint))
    if member is None or not _is_right(member, password, code):
        if member is None:
            make_password(password)  # as long as a real check takes
        raise _refused(tried, member)
    tried.succeeded()
    return _opened(member)


def _is_right(member: Member, password: str, code: str) -> bool:
    """Whether password and code are right; both are looked at, whichever is wrong."""
    knows = member.check_password(password)
    factor = Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).first()
    has = factor is not None and knows and factor.wrap().validate_code(code)
    return bool(has) and member.is_active


def _refused(tried: Attempt, member: Member | None) -> MakegoodError:
    subject = f"staff:{member.pk}" if member else ""
    record("staff.sign_in_failed", subject=subject, source=_source(), details={"step": "console"})
    tried.failed(member, _source())
    return MakegoodError(
        Finding(
            "MG785",
            "the name, the password or the code is not right",
            "use the password and the authenticator's code of the staff pages",
        )
    )


def _opened(member: Member) -> Session:
    token = secrets.token_urlsafe(32)
    former = _held()
    with transaction.atomic():
        if former is not None:
            end(former, Session.End.SIGNED_IN_ANEW)
        session = Session.objects.create(
            member=member,
            is_console=True,
            key_hash=hash_of("console", token),
            browser_hash=_host_hash(),
            network=Network.CONSOLE,
            source=_source(),
            sign_in_strength=SignIn.TOTP,
            signed_in_at=now(),
            started_at=now(),
            last_seen_at=now(),
        )
        record(
            "staff.signed_in",
            actor=member.actor,
            subject=f"session:{session.session_id}",
            source=_source(),
            details={"device": "console", "network": "console", "strength": "totp"},
        )
    _keep(token)
    return session


def sign_out_at_console() -> bool:
    """End the session of this console; whether there was one."""
    session = _held()
    if session is not None:
        end(session, Session.End.SIGNED_OUT, source=_source())
    with suppress(FileNotFoundError):
        _file().unlink()
    return session is not None


def console_visitor() -> Visitor:
    """Who is at this console: the member who signed in, or else the account of the machine."""
    session = _held()
    instant = now()
    if session is None:
        return Visitor.console(os_user())
    limits = (
        (not session.member.is_active, Session.End.DEACTIVATED),
        (session.browser_hash != _host_hash(), Session.End.OTHER_DEVICE),
        (instant - session.started_at >= timedelta(hours=CONSOLE_HOURS), Session.End.TOO_OLD),
        (
            instant - session.last_seen_at
            >= timedelta(minutes=installation().session_idle_minutes),
            Session.End.IDLE,
        ),
    )
    why = next((reason for is_so, reason in limits if is_so), None)
    if why is not None:
        end(session, why, source=_source())
        return Visitor.console(os_user())
    seen(session, instant)
    return Visitor(
        principal=principal_of(session.member),
        session_id=str(session.session_id),
        device=DeviceTrust.CONSOLE,
        sign_in_strength=session.sign_in_strength,
        signed_in_at=session.signed_in_at,
        network=Network.CONSOLE,
        source=_source(),
    )


def os_user() -> str:
    """The account of the operating system that runs this, as the system knows it.

    Not as LOGNAME or USER have it: those are whatever somebody set.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _held() -> Session | None:
    """The open session whose token lies in this account's file."""
    try:
        descriptor = os.open(_file(), os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="utf-8") as file:
            stat = os.fstat(file.fileno())
            if stat.st_uid != os.getuid() or stat.st_mode & 0o077:
                return None
            token = str(json.load(file)["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    found = Session.objects.select_related("member").filter(
        key_hash=hash_of("console", token), is_console=True, ended_at=None
    )
    return found.first()


def _keep(token: str) -> None:
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump({"token": token}, out)
    partial.replace(file)


def _file() -> Path:
    home = hash_of("home", str(installation().home.absolute()))[:12]
    return user_state_path("makegood") / f"session-{home}.json"


def _host_hash() -> str:
    with suppress(OSError):
        return hash_of("host", f"{_MACHINE.read_text('ascii')}\0{platform.node()}\0{os.getuid()}")
    return hash_of("host", f"{platform.node()}\0{os.getuid()}")


def _source() -> str:
    return Visitor.console(os_user()).source
