"""How much an event weighs to those who watch (``severity_id`` of OCSF)."""

from __future__ import annotations

INFORMATIONAL, LOW, MEDIUM, HIGH = 1, 2, 3, 4

_WEIGHTS = {
    "access.refused": LOW,
    "customer.locked_out": LOW,
    "customer.sign_in_failed": LOW,
    "device.refused": MEDIUM,
    "keys.copied": HIGH,
    "keys.generation_destroyed": MEDIUM,
    "keys.rewrapped": MEDIUM,
    "log.exported": LOW,
    "log.forwarded": MEDIUM,
    "personal_data.deleted": LOW,
    "personal_data.downloaded": MEDIUM,
    "personal_data.load_failed": LOW,
    "personal_data.revealed": LOW,
    "policies.changed": MEDIUM,
    "session.refused": LOW,
    "staff.disabled": LOW,
    "staff.factor_removed": MEDIUM,
    "staff.locked_out": HIGH,
    "staff.role_given": MEDIUM,
    "staff.sign_in_failed": LOW,
    "store.restored": HIGH,
}

FAILURES = frozenset(
    {
        "access.refused",
        "customer.sign_in_failed",
        "device.refused",
        "personal_data.load_failed",
        "proposal.refused",
        "session.refused",
        "staff.sign_in_failed",
    }
)
"""Kinds that tell of something that did not come about (``status_id`` 2)."""


def weight_of(kind: str) -> int:
    """The weight of a kind of entry: 1 informational, 2 low, 3 medium, 4 high."""
    return _WEIGHTS.get(kind, INFORMATIONAL)
