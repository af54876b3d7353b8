"""The ledger's table of transfers, and sums of it that are kept so that reading stays quick.

Every transfer takes from one account what it gives to another.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast


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
    written_in = models.BigIntegerField(
        db_default=Cast(
            Cast(models.Func(function="pg_current_xact_id"), models.TextField()),
            models.BigIntegerField(),
        )
    )

    class Meta:
        """Rows are added and never changed: the program has no right to.

        ``written_in`` is the transaction that posted the row, as the database counts them.
        """

        db_table = "ledger_transfer"
        indexes = (
            models.Index(fields=["programme", "measure", "day"], name="ledger_transfer_by_day"),
            models.Index(fields=["programme", "written_in"], name="ledger_transfer_written"),
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


class Sum(models.Model):
    """What the transfers of a programme before its horizon come to, by measure and account."""

    pk = models.CompositePrimaryKey("programme", "measure", "account")
    programme = models.TextField()
    measure = models.TextField()
    account = models.TextField()
    amount = models.BigIntegerField()
    heads = models.BigIntegerField()

    class Meta:
        """Made from the transfers alone, and can be made again from them at any time."""

        db_table = "ledger_sum"

    def __str__(self) -> str:
        return f"{self.programme} {self.measure} {self.account}: {self.amount}"


class Horizon(models.Model):
    """Before which transaction every transfer of a programme stands in the sums."""

    programme = models.TextField(primary_key=True)
    before = models.BigIntegerField()
    origin = models.TextField()

    class Meta:
        """No row: nothing was summed yet. ``origin`` is where the transactions were numbered."""

        db_table = "ledger_horizon"

    def __str__(self) -> str:
        return f"{self.programme} before {self.before}"
