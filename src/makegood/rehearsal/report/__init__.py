"""What a rehearsal came to, as one page without scripts."""

from makegood.rehearsal.report.writing import write_report

__all__ = ["write_report"]
