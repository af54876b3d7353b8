"""Messages that left: what each shipment said without personal parts, and everybody's code.

The package reads and writes these tables with SQL of its own; the models are what migrations are
made from. Nothing here is personal: no name, no number, no amount.
"""

from __future__ import annotations

from django.db import models


class Sent(models.Model):
    """What a shipment says: its words with personal parts left as names in braces."""

    sent_id = models.BigAutoField(primary_key=True)
    message_id = models.TextField(unique=True)
    run_id = models.TextField()
    channel = models.TextField()
    programme = models.TextField()
    template = models.TextField()
    language = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    sent_at = models.DateTimeField()
    sent_on = models.DateField()

    class Meta:
        """``message_id`` is the shipment's; ``sent_on`` is the day in the programme's zone."""

        db_table = "messages_sent"

    def __str__(self) -> str:
        return self.message_id


class OneTime(models.Model):
    """That a one-time code left, and what became of it: never the code, the number, or whose."""

    item_key = models.TextField(primary_key=True, db_collation="C")
    programme = models.TextField()
    language = models.TextField()
    sent_at = models.DateTimeField()
    outcome = models.TextField()

    class Meta:
        """``outcome`` is empty until a report came in. Rows go after a month."""

        db_table = "messages_one_time"
        indexes = (models.Index(fields=["sent_at"], name="messages_one_time_by_sent"),)

    def __str__(self) -> str:
        return self.item_key


class Language(models.Model):
    """In which language a customer reads the pages, once they have chosen one."""

    customer_id = models.TextField(primary_key=True, db_collation="C")
    language = models.TextField()

    class Meta:
        """The pseudonym and two letters."""

        db_table = "messages_language"

    def __str__(self) -> str:
        return self.language


class Code(models.Model):
    """The short code in somebody's message. One for each message, however often it is tried."""

    code = models.TextField(primary_key=True, db_collation="C")
    item_key = models.TextField(db_collation="C")
    channel = models.TextField()
    sent_id = models.BigIntegerField()

    class Meta:
        """``sent_id`` is the newest shipment that the message was in."""

        db_table = "messages_code"
        constraints = (
            models.UniqueConstraint(fields=["item_key", "channel"], name="messages_code_once"),
        )

    def __str__(self) -> str:
        return "a code"
