"""Programme × snapshot → decisions, in bulk and for one line; explanation, closure, proof."""

from makegood.decisions.bases import BaseOrigin, BaseSource, base_sources
from makegood.decisions.bulk import DecisionOutcome, decide, fitting_job, job_for
from makegood.decisions.changed_keys import KeyChange, key_changes
from makegood.decisions.differing import Change, Comparison, diff
from makegood.decisions.duckdb_engine import connected, cores
from makegood.decisions.engines import ENGINES
from makegood.decisions.explain import Explainer, Explanation
from makegood.decisions.facts import changed_facts, facts_of_part
from makegood.decisions.job import Job, parquet_relation, parts_between, source_sql
from makegood.decisions.line import LineDecider, LineDecision
from makegood.decisions.manifest import Decisions, MeasureCounts, open_decisions
from makegood.decisions.one import line_facts
from makegood.decisions.outcome import Disposition, Meaning, Way, meanings
from makegood.decisions.report import write_report
from makegood.decisions.settle import file_sha256
from makegood.decisions.trees import amount_column
from makegood.decisions.undetermined import undetermined_lines
from makegood.decisions.verification import Verification, verify
from makegood.decisions.what_if import supposed

__all__ = [
    "ENGINES",
    "BaseOrigin",
    "BaseSource",
    "Change",
    "Comparison",
    "DecisionOutcome",
    "Decisions",
    "Disposition",
    "Explainer",
    "Explanation",
    "Job",
    "KeyChange",
    "LineDecider",
    "LineDecision",
    "Meaning",
    "MeasureCounts",
    "Verification",
    "Way",
    "amount_column",
    "base_sources",
    "changed_facts",
    "connected",
    "cores",
    "decide",
    "diff",
    "facts_of_part",
    "file_sha256",
    "fitting_job",
    "job_for",
    "key_changes",
    "line_facts",
    "meanings",
    "open_decisions",
    "parquet_relation",
    "parts_between",
    "source_sql",
    "supposed",
    "undetermined_lines",
    "verify",
    "write_report",
]
