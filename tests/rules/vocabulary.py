"""A vocabulary for generated rules: facts of every kind, each with every way of being missing."""

from datetime import date

from makegood.rules import Band, Bands, Fact, Kind, Missing, Names

NEVER, NONE, UNKNOWN = Missing.NEVER, Missing.NONE, Missing.UNKNOWN
BRANDS = ("own", "mvno", "it's")
STATES = ("in_use", "suspended")


def _three(name: str, kind: Kind, low: int | date, high: int | date) -> list[Fact]:
    return [
        Fact.bounded(f"{name}_{missing.value}", kind, (), low, high, missing) for missing in Missing
    ]


FACTS = {
    fact.name: fact
    for fact in (
        Fact.bounded("flag_never", Kind.BOOLEAN),
        Fact.bounded("flag_unknown", Kind.BOOLEAN, missing=UNKNOWN),
        *_three("number", Kind.INTEGER, -40, 400),
        *_three("amount", Kind.MONEY, 0, 2_000_000),
        Fact.bounded("balance", Kind.MONEY, low=-500_000, high=500_000, missing=UNKNOWN),
        *_three("day", Kind.DATE, date(1999, 12, 31), date(2032, 2, 29)),
        *(Fact.bounded(f"brand_{m.value}", Kind.ENUM, BRANDS, missing=m) for m in Missing),
        Fact.bounded("state_unknown", Kind.ENUM, STATES, missing=UNKNOWN),
    )
}
DATES = {"incident": date(2025, 9, 1), "leap_day": date(2024, 2, 29)}
TABLES = {
    "rates": Bands("rates", (Band(6, 100), Band(12, 60), Band(16, -15), Band(24, -40))),
    "one_band": Bands("one_band", (Band(3, -7),)),
}
NAMES = Names(FACTS, DATES, {}, TABLES)
