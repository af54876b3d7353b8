"""The monthly review of accesses, and who had access to one person."""

from makegood.trust.access.review.accesses import Access
from makegood.trust.access.review.counting import AccessCount, access_counts
from makegood.trust.access.review.marks import Mark, Verdict
from makegood.trust.access.review.review import (
    Review,
    Unusual,
    accesses_to,
    look_at,
    review_month,
)
from makegood.trust.access.review.writing import write_review

__all__ = [
    "Access",
    "AccessCount",
    "Mark",
    "Review",
    "Unusual",
    "Verdict",
    "access_counts",
    "accesses_to",
    "look_at",
    "review_month",
    "write_review",
]
