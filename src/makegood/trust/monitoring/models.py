"""The tables of monitoring. The room reads and writes them with SQL of its own."""

from __future__ import annotations

from django.db import models


class Cursor(models.Model):
    """How far a destination has got: the place in the log of the entry that it gets next."""

    destination = models.TextField(primary_key=True)
    next_leaf = models.BigIntegerField()
    sent_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        """One row for a destination; it stays where the setting is taken away."""

        db_table = "monitoring_cursor"


class Tally(models.Model):
    """How many entries of the log have been counted under these labels."""

    pk = models.CompositePrimaryKey("metric", "first", "second")
    metric = models.TextField()
    first = models.TextField()
    second = models.TextField()
    count = models.BigIntegerField()

    class Meta:
        """Filled from the log in its order; the cursor named ``tally`` says how far."""

        db_table = "monitoring_tally"
