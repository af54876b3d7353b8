"""An entry of the log as an event. Persons are pseudonyms, as in the log."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from ipaddress import ip_address
from typing import Any

from makegood.trust.access import masked_text
from makegood.trust.audit import KINDS, Entry
from makegood.trust.monitoring.ocsf.classes import CLASSES
from makegood.trust.monitoring.ocsf.weights import FAILURES, weight_of

VERSION = "1.6.0"
PRODUCT = "makegood"
SUCCESS, FAILURE = 1, 2
OTHER = 99
LIFECYCLE = 6002
RELATIONAL = 1
_USER_TYPES = {"staff": 1, "console": 2, "system": 4}
_NOT_REMOTE = frozenset({"", "console"})

Event = dict[str, Any]


def event_of(entry: Entry, leaf_index: int) -> Event:
    """The event of an entry at a place of the log.

    ``metadata.uid`` is the entry's identifier and ``metadata.sequence`` its place: who is sent an
    event twice knows it by them.
    """
    record = entry.record
    kind = KINDS[record.kind]
    event_class = CLASSES[kind.ocsf_class]
    failed = record.kind in FAILURES
    event: Event = {
        "activity_id": kind.ocsf_activity,
        "category_uid": event_class.category_uid,
        "class_uid": event_class.uid,
        "class_name": event_class.name,
        "type_uid": event_class.uid * 100 + kind.ocsf_activity,
        "time": int(entry.written_at.timestamp() * 1000),
        "severity_id": weight_of(record.kind),
        "status_id": FAILURE if failed else SUCCESS,
        "message": kind.en,
        "metadata": {
            "version": VERSION,
            "product": {"name": PRODUCT, "vendor_name": PRODUCT, "version": _version()},
            "uid": str(entry.entry_id),
            "sequence": leaf_index,
            "event_code": record.kind,
            "log_name": "audit",
        },
        "unmapped": _unmapped(entry),
        **_of_class(event_class.uid, entry),
    }
    if event_class.uid == LIFECYCLE:
        # The class has no attribute for who did it and from where.
        event["unmapped"] |= {"actor": record.actor, "source": masked_text(record.source)}
    else:
        event |= {"actor": _actor(entry), "src_endpoint": _endpoint(record.source)}
    if kind.ocsf_activity == OTHER:
        event["activity_name"] = record.kind
    policies = record.details.get("policies")
    if failed and isinstance(policies, list | tuple):
        event["status_detail"] = ", ".join(str(policy) for policy in policies)
    return event


def _of_class(uid: int, entry: Entry) -> Event:
    """What the class asks for beyond what every event has."""
    record = entry.record
    match uid:
        case 3001:
            return {"user": _user(_target(entry))}
        case 3002:
            return {"user": _user(_target(entry)), "service": {"name": PRODUCT}}
        case 3003:
            roles = record.details.get("roles")
            given = [str(role) for role in roles] if isinstance(roles, list | tuple) else []
            return {"user": _user(_target(entry)), "privileges": given or ["session"]}
        case 3004:
            what, _, name = (record.subject or "log:").partition(":")
            return {"entity": {"name": what, "uid": name or what, "type": what}}
        case _ if uid == LIFECYCLE:
            return {"app": {"name": PRODUCT, "version": _version()}}
        case 6003:
            act = record.details.get("act")
            return {"api": {"operation": str(act or record.kind), "service": {"name": PRODUCT}}}
        case _:
            return {"database": {"name": PRODUCT, "type_id": RELATIONAL}}


def _target(entry: Entry) -> str:
    """Whose account it is about: the subject where it is somebody, else who acted."""
    subject = entry.record.subject
    return subject if subject.startswith("staff:") else entry.record.actor


def _user(actor: str) -> Event:
    return {"uid": actor, "type_id": _USER_TYPES.get(actor.partition(":")[0], 0)}


def _actor(entry: Entry) -> Event:
    actor: Event = {"user": _user(entry.record.actor), "app_name": PRODUCT}
    session = entry.record.details.get("session")
    if isinstance(session, str) and session:
        actor["session"] = {"uid": session}
    return actor


def _endpoint(source: str) -> Event:
    if source in _NOT_REMOTE:
        return {"name": source or "system"}
    try:
        return {"ip": str(ip_address(source))}
    except ValueError:
        return {"name": masked_text(source)}


def _unmapped(entry: Entry) -> Event:
    """What OCSF has no word for, masked once more on its way out."""
    record = entry.record
    texts = {
        "subject": record.subject,
        "person": record.person,
        "purpose": record.purpose,
        "case": record.case,
    }
    found = {name: text for name, text in texts.items() if text}
    return {**found, **({"details": _plain(record.details)} if record.details else {})}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict) or hasattr(value, "items"):
        return {key: _plain(item) for key, item in value.items()}
    return value


@cache
def _version() -> str:
    return version(PRODUCT)
