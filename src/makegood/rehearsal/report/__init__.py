"""What a rehearsal came to, as one page without scripts."""

from makegood.rehearsal.report.writing import expect_report, write_report

__all__ = ["expect_report", "write_report"]
