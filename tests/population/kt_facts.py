"""The facts of the reference programme, as this room's tests declare them."""

from makegood.rules import Fact, Kind, Missing

_NONE, _UNKNOWN = Missing.NONE, Missing.UNKNOWN


def _enum(name: str, *values: str, missing: Missing = Missing.NEVER) -> Fact:
    return Fact.bounded(name, Kind.ENUM, values, missing=missing)


def _whole(name: str, kind: Kind, high: int, missing: Missing = Missing.NEVER) -> Fact:
    return Fact.bounded(name, kind, low=0, high=high, missing=missing)


FACTS = {
    fact.name: fact
    for fact in (
        _enum("status", "in_use", "suspended", "terminated"),
        _enum("line_kind", "mobile", "iot"),
        _enum("brand", "own", "mvno"),
        _enum("payment", "postpaid", "prepaid"),
        _enum("holder", "person", "minor", "corporation"),
        _whole("holder_age", Kind.INTEGER, 130, _UNKNOWN),
        _enum("contract_action", "none", "new", "device_change", "recontract", missing=_UNKNOWN),
        Fact.bounded("contracted_on", Kind.DATE, missing=_UNKNOWN),
        _whole("contract_months", Kind.INTEGER, 36),
        _enum("support", "none", "device_subsidy", "monthly_discount"),
        _whole("subsidy_won", Kind.MONEY, 2_000_000, _UNKNOWN),
        _whole("monthly_discount_won", Kind.MONEY, 100_000, _UNKNOWN),
        _whole("suspended_days", Kind.INTEGER, 730),
        Fact.bounded("terminated_on", Kind.DATE, missing=_NONE),
        _enum("terminated_by", "customer", "operator", missing=_NONE),
        _enum("late_reason", "military_service", "abroad", missing=_NONE),
        Fact.bounded("late_reason_ended_on", Kind.DATE, missing=_NONE),
    )
}
