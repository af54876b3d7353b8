"""What customers were shown. Rows are added and never changed."""

from __future__ import annotations

from django.db import models


class Shown(models.Model):
    """A quote: the signed note as it was made. The other columns find it and say nothing more."""

    quote_id = models.UUIDField(primary_key=True)
    programme = models.TextField()
    line_id = models.TextField(db_collation="C")
    shown_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        """The best of a line is the promise that counts."""

        db_table = "quotes_quote"
        indexes = (
            models.Index(fields=["programme", "line_id", "-shown_at"], name="quotes_quote_of_line"),
        )

    def __str__(self) -> str:
        return str(self.quote_id)


class Upheld(models.Model):
    """What two persons agreed that a line gets, as its quote said; the approval is used by it.

    ``amount`` is all that the line gets of the measure, in minor units. ``run_id`` is the run that
    brings what is missing of it, empty as long as none was planned; ``settled_at`` is when nothing
    was missing any more.
    """

    proposal_id = models.UUIDField(primary_key=True)
    programme = models.TextField()
    measure = models.TextField()
    line_id = models.TextField(db_collation="C")
    customer_id = models.TextField()
    quote_id = models.UUIDField()
    amount = models.BigIntegerField()
    upheld_at = models.DateTimeField()
    run_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Asked for by measure: what is still to be brought."""

        db_table = "quotes_upheld"
        indexes = (
            models.Index(fields=["programme", "measure", "line_id"], name="quotes_upheld_of_line"),
        )

    def __str__(self) -> str:
        return str(self.proposal_id)
