"""The shares by which a shape deals out the values of an attribute, and their default."""

from __future__ import annotations

from makegood.population.synthetic.shape import Shape

MIXES: dict[str, dict[str, int]] = {
    "network": {"mobile": 1, "iot": 0},
    "operator": {"own": 1, "mvno": 0},
    "payment": {"postpaid": 1, "prepaid": 0},
    "holder": {"person": 1, "minor": 0, "corporation": 0},
    "terminated_by": {"customer": 1, "operator": 0},
    "opening": {"none": 0, "new": 1},
    "act": {"none": 0, "device_change": 1, "recontract": 1},
    "recent_act": {"new": 1, "device_change": 1, "recontract": 1},
    "support": {"none": 1, "device_subsidy": 1, "monthly_discount": 1},
    "contract_months": {"12": 1, "24": 1},
    "suspended": {"no": 1, "yes": 0},
    "late_reason": {"none": 1, "military_service": 0, "abroad": 0},
    "roaming": {"none": 1, "daily": 0, "bundle": 0},
}
"""Every mix by name, with its values in order and the weights that hold where a shape is silent."""


def weights_of(shape: Shape, mix: str) -> list[list[int]]:
    """The weights of a mix for every departure in order, and last for the lines that stay."""
    usual = shape.mix.get(mix, MIXES[mix])
    tables = [departure.mix.get(mix, usual) for departure in shape.departures]
    return [[table.get(value, 0) for value in MIXES[mix]] for table in [*tables, usual]]
