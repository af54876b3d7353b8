"""The programme file as a model: every key, its type and what it means."""

from makegood.programmes.model.base import Section
from makegood.programmes.model.facts import BaseSection, FactSection, FormulaSection, TableSection
from makegood.programmes.model.kinds import Cover, Discount, Grant, Refund, Selection, Uplift
from makegood.programmes.model.measure import KINDS, Claim, Exclusion, Late, MeasureSection
from makegood.programmes.model.programme import ProgrammeFile

__all__ = [
    "KINDS",
    "BaseSection",
    "Claim",
    "Cover",
    "Discount",
    "Exclusion",
    "FactSection",
    "FormulaSection",
    "Grant",
    "Late",
    "MeasureSection",
    "ProgrammeFile",
    "Refund",
    "Section",
    "Selection",
    "TableSection",
    "Uplift",
]
