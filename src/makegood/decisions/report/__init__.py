"""The report: one self-contained page of decisions that people read, print and keep."""

from makegood.decisions.report.writing import write_report

__all__ = ["write_report"]
