"""Programme × snapshot → decisions, in bulk and for one line; explanation, closure, proof."""

from makegood.decisions.bulk import DecisionOutcome, decide, job_for
from makegood.decisions.manifest import Decisions, open_decisions
from makegood.decisions.outcome import Disposition, Meaning, Way, meanings

__all__ = [
    "DecisionOutcome",
    "Decisions",
    "Disposition",
    "Meaning",
    "Way",
    "decide",
    "job_for",
    "meanings",
    "open_decisions",
]
