"""Messages about single events: batches that leave as one, and which event is in which.

The package reads and writes these tables with SQL of its own; the models are what migrations are
made from. Nothing here is personal: pseudonyms, receipt numbers, amounts.
"""

from __future__ import annotations

from django.db import models


class Batch(models.Model):
    """Events that are told in the same words: one shipment, under one identification.

    ``common`` is what all of them say alike, such as the day of payment. ``state`` is pending,
    sending or sent; while nobody holds the lock of one that is sending, the other side is asked.
    """

    message_id = models.TextField(primary_key=True, db_collation="C")
    programme = models.TextField()
    programme_sha256 = models.CharField(max_length=64)
    messages_sha256 = models.CharField(max_length=64)
    kind = models.TextField()
    measure = models.TextField()
    template = models.TextField()
    channel = models.TextField()
    language = models.TextField()
    common = models.JSONField()
    items = models.IntegerField()
    total = models.BigIntegerField()
    due_on = models.DateField()
    made_at = models.DateTimeField()
    state = models.TextField()
    tries = models.IntegerField()
    retry_at = models.DateTimeField(null=True)
    doubtful_at = models.DateTimeField(null=True)
    trouble = models.TextField()
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    open = models.IntegerField()

    class Meta:
        """``open`` counts the items without a report; ``total`` is in minor units."""

        db_table = "events_batch"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "sending", "sent"]),
                name="events_batch_state",
            ),
        )
        indexes = (
            models.Index(
                fields=["made_at"],
                condition=~models.Q(state="sent"),
                name="events_batch_to_send",
            ),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(state="sent", open__gt=0),
                name="events_batch_open",
            ),
            models.Index(fields=["programme", "kind"], name="events_batch_of_programme"),
        )

    def __str__(self) -> str:
        return self.message_id


class Progress(models.Model):
    """Until when events were looked for: a single row."""

    progress_id = models.SmallIntegerField(primary_key=True)
    looked_at = models.DateTimeField()
    whole_at = models.DateTimeField()

    class Meta:
        """``whole_at`` is when all days were looked through the last time."""

        db_table = "events_progress"

    def __str__(self) -> str:
        return "progress"


class Told(models.Model):
    """That an event is told, in which batch, and what became of it.

    ``item_key`` is made of the event: it is what an event is told once by. ``detail`` is the
    receipt number, or of a pass its option. ``outcome`` is empty until a report came in.
    """

    item_key = models.TextField(primary_key=True, db_collation="C")
    message_id = models.TextField(db_collation="C")
    line_id = models.TextField()
    customer_id = models.TextField()
    amount = models.BigIntegerField()
    detail = models.TextField()
    happened_at = models.DateTimeField()
    outcome = models.TextField()
    code = models.TextField()

    class Meta:
        """One row for an event; it stays, so that the event is never told again."""

        db_table = "events_told"
        indexes = (models.Index(fields=["message_id"], name="events_told_of_batch"),)

    def __str__(self) -> str:
        return self.item_key
