"""The ledger's one table. Every row takes from one account what it gives to another."""

from __future__ import annotations

from django.db import models


class Row(models.Model):
    """A transfer. A row is a whole double entry, so that the sum of all postings is zero."""

    transfer_id = models.BigAutoField(primary_key=True)
    transfer_key = models.TextField(unique=True)
    programme = models.TextField()
    measure = models.TextField()
    day = models.DateField()
    source = models.TextField()
    target = models.TextField()
    amount = models.BigIntegerField()
    heads = models.BigIntegerField()
    subject = models.TextField()
    posted_at = models.DateTimeField()

    class Meta:
        """Rows are added and never changed: the program has no right to."""

        db_table = "ledger_transfer"
        indexes = (
            models.Index(fields=["programme", "measure", "day"], name="ledger_transfer_by_day"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_amount"),
            models.CheckConstraint(condition=models.Q(heads__gte=0), name="ledger_heads"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="ledger_two_accounts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} to {self.target}: {self.amount}"
