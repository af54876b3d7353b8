"""What an entry of the log says beside who and when: the names of its details, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from makegood.operations.frame import language
from makegood.trust.audit import Json
from makegood.trust.policy import Act, Role, act_name, role_name

_DEPTH_MAX = 3


def told_details(details: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Words and value of each detail; a name that nobody has put into words stays as it is."""
    words = _detail_words()
    return [(words.get(name, name), _told(name, value)) for name, value in details.items()]


def field_words(names: Iterable[str]) -> list[str]:
    """What the fields of a customer are called."""
    words = {
        "name": _("Name"),
        "phone": _("Telephone"),
        "birth_date": _("Birth date"),
        "email": _("E-mail"),
        "address": _("Address"),
        "bank_code": _("Bank"),
        "account_number": _("Account number"),
        "account_holder": _("Account holder"),
    }
    return [words.get(name, name) for name in names]


def _told(name: str, value: Json, depth: int = 0) -> str:
    match value:
        case None | "" | [] | {}:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int():
            return f"{value:,}"
        case str():
            return _value_words(name, value)
        case Mapping() if depth < _DEPTH_MAX:
            return "; ".join(f"{key}: {_told(key, one, depth + 1)}" for key, one in value.items())
        case list() | tuple() if depth < _DEPTH_MAX:
            return ", ".join(_told(name, one, depth + 1) for one in value)
        case _:
            return str(value)


def _value_words(name: str, value: str) -> str:
    if name == "act" and value in set(Act):
        return act_name(Act(value), language())
    if name in {"role", "roles"} and value in set(Role):
        return role_name(Role(value), language())
    if name == "fields":
        return field_words([value])[0]
    return {
        ("network", "office"): _("office"),
        ("network", "vpn"): _("VPN"),
        ("network", "shop"): _("shop"),
        ("network", "outside"): _("outside"),
        ("network", "console"): _("console"),
        ("sign_in", "passkey"): _("by passkey"),
        ("sign_in", "totp"): _("by code"),
        ("sign_in", "oidc_mfa"): _("by company account"),
        ("sign_in", "password"): _("by password only"),
        ("sign_in", "none"): _("not at all"),
        ("device", "unknown"): _("unknown"),
        ("device", "console"): _("console"),
        ("device", "certificate"): _("known by certificate"),
        ("device", "enrolled"): _("enrolled"),
        ("through", "web"): _("Web"),
        ("through", "shop"): _("Shop"),
        ("through", "call_centre"): _("Telephone call"),
        ("through", "letter"): _("Letter"),
    }.get(("sign_in" if name == "strength" else name, value), value)


def _detail_words() -> dict[str, str]:
    return {
        "act": _("Act"),
        "account": _("Which account"),
        "amount": _("Amount"),
        "answers": _("Answers"),
        "bootstrap": _("While staff is being set up"),
        "case": _("Case"),
        "claim": _("Receipt number"),
        "codes": _("Codes"),
        "device": _("Device"),
        "document": _("Document"),
        "evidence": _("What proves it"),
        "failures": _("Wrong answers"),
        "fields": _("Fields"),
        "found": _("Found"),
        "items": _("Items"),
        "kind": _("Kind"),
        "less": _("Less than shown by"),
        "less_lines": _("Lines that get less than shown"),
        "line": _("Line"),
        "load": _("Load"),
        "measure": _("Measure"),
        "member": _("Member"),
        "messages_sha256": _("Hash of the messages"),
        "more": _("More than shown by"),
        "more_lines": _("Lines that get more than shown"),
        "network": _("Network"),
        "notes": _("Notes"),
        "policies": _("Policies"),
        "programme": _("Programme"),
        "proposal": _("Proposal"),
        "quote": _("Quote"),
        "reason": _("Reason"),
        "role": _("Role"),
        "roles": _("Roles"),
        "seconds": _("Seconds"),
        "session": _("Session"),
        "sha256": "SHA-256",
        "shards": _("Shards"),
        "sign_in": _("Sign-in"),
        "step": _("Step"),
        "strength": _("Sign-in"),
        "through": _("How it came in"),
        "total": _("Amount"),
        "tries": _("Tries"),
        "tries_left": _("Tries left"),
        "what": _("What"),
        "why": _("Why"),
        "words": _("Words that were read aloud"),
    }
