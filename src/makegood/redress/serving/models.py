"""Snapshots that are known here, which one serves, and whose a line is.

The facts themselves stand in the schema ``serving``, in tables that the program makes again from
the snapshot; a back-up leaves them out.
"""

from __future__ import annotations

from django.db import models


class KnownSnapshot(models.Model):
    """A snapshot that was registered, with the folder it lies in. Never deleted."""

    snapshot_id = models.BigAutoField(primary_key=True)
    programme = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    folder = models.TextField()
    rows = models.BigIntegerField()
    registered_at = models.DateTimeField()
    registered_by = models.TextField()

    class Meta:
        """Of several rows of a day the last one counts; a snapshot may be registered again."""

        db_table = "serving_snapshot"

    def __str__(self) -> str:
        return f"{self.programme} {self.as_of} {self.content_sha256[:12]}"


class Current(models.Model):
    """Which table of the schema ``serving`` answers for a programme.

    ``generation`` is new with every change of the table's rows. ``columns`` is by fact its kind,
    ``bases`` by base that is read elsewhere what its membership was reckoned from.
    """

    programme = models.TextField(primary_key=True)
    table_name = models.TextField()
    generation = models.UUIDField()
    content_sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    folder = models.TextField()
    rows = models.BigIntegerField()
    columns = models.JSONField()
    bases = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        """One row for each programme."""

        db_table = "serving_current"

    def __str__(self) -> str:
        return f"{self.programme} {self.as_of}"


class Holder(models.Model):
    """Whose a line is, by pseudonym. A line without a row is its own customer.

    ``first_customer_id`` is who held it first; empty as long as nobody else has.
    """

    line_id = models.TextField(primary_key=True, db_collation="C")
    customer_id = models.TextField(db_collation="C")
    first_customer_id = models.TextField(db_collation="C", null=True)

    class Meta:
        """Found by line, by customer, and by who held it first of those that were handed on."""

        db_table = "serving_holder"
        indexes = (
            models.Index(fields=["customer_id"], name="serving_holder_by_customer"),
            models.Index(
                fields=["first_customer_id"],
                condition=models.Q(first_customer_id__isnull=False),
                name="serving_holder_by_first",
            ),
        )

    def __str__(self) -> str:
        return self.line_id
