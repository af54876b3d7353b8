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
