"""The rule language: expressions over a line's facts, typed, and compiled for every engine."""

from makegood.rules.dialects import DIALECTS, DUCKDB, SPARK, Dialect
from makegood.rules.facts import Fact, Kind, Missing
from makegood.rules.functions import FUNCTIONS, Band, Bands, Function
from makegood.rules.missing import mask_sql, missing_facts
from makegood.rules.names import Names
from makegood.rules.nullness import can_be_missing, conjunction, may_be_null, none_test
from makegood.rules.problems import Problem
from makegood.rules.python import PythonWriter, evaluator, globals_for, plain_name
from makegood.rules.reach import satisfiable
from makegood.rules.reader import read_condition, read_expression
from makegood.rules.sql import SqlWriter, plain_column, sql_date, sql_text
from makegood.rules.tree import (
    FALSE,
    TRUE,
    AllOf,
    AnyOf,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Constant,
    FactName,
    FormulaName,
    IsEmpty,
    Membership,
    Negation,
    Node,
    Type,
    children,
    facts_of,
    formulas_in,
    walk,
)

__all__ = [
    "DIALECTS",
    "DUCKDB",
    "FALSE",
    "FUNCTIONS",
    "SPARK",
    "TRUE",
    "AllOf",
    "AnyOf",
    "Arithmetic",
    "Band",
    "Bands",
    "Call",
    "Choice",
    "Comparison",
    "Constant",
    "Dialect",
    "Fact",
    "FactName",
    "FormulaName",
    "Function",
    "IsEmpty",
    "Kind",
    "Membership",
    "Missing",
    "Names",
    "Negation",
    "Node",
    "Problem",
    "PythonWriter",
    "SqlWriter",
    "Type",
    "can_be_missing",
    "children",
    "conjunction",
    "evaluator",
    "facts_of",
    "formulas_in",
    "globals_for",
    "mask_sql",
    "may_be_null",
    "missing_facts",
    "none_test",
    "plain_column",
    "plain_name",
    "read_condition",
    "read_expression",
    "satisfiable",
    "sql_date",
    "sql_text",
    "walk",
]
