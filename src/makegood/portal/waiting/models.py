"""What all processes of the customers' site share about the waiting room. No row names anybody.

The room reads and writes these with SQL of its own.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Gate(models.Model):
    """How the gate stands: one row, written once a second by whichever process is first."""

    gate_id = models.SmallIntegerField(primary_key=True)
    # Who may enter without waiting before the row is written again, and how many it began with.
    free = models.IntegerField(default=0)
    free_given = models.IntegerField(default=0)
    last_number = models.BigIntegerField(default=0)
    highest_called = models.BigIntegerField(default=0)
    # Those who were called and have not come yet; a place inside is kept for each.
    called = ArrayField(models.BigIntegerField(), default=list)
    # Every ``rank_step``-th number of those who wait, from the first on; and the last number of
    # all that was given out by then: whoever has a later one is not counted here.
    ranks = ArrayField(models.BigIntegerField(), default=list)
    rank_step = models.IntegerField(default=1)
    waiting = models.IntegerField(default=0)
    inside = models.IntegerField(default=0)
    # The limit: what is measured, what came of it last, and what an operator has set.
    measured_limit = models.FloatField(default=0)
    is_starting = models.BooleanField(default=True)
    inside_max = models.IntegerField(default=0)
    admissions_a_minute = models.FloatField(default=0)
    set_inside_max = models.IntegerField(null=True)
    set_admissions_a_minute = models.IntegerField(null=True)
    tokens = models.FloatField(default=0)
    # How many leave in a second, smoothed.
    flow = models.FloatField(default=0)
    # Answers since the limit was last looked at, and those of them that took too long.
    answers = models.BigIntegerField(default=0)
    slow = models.BigIntegerField(default=0)
    slow_share = models.FloatField(default=0)
    entered = models.BigIntegerField(default=0)
    controlled_at = models.DateTimeField(null=True)
    ticked_at = models.DateTimeField(null=True)
    # After an outage nobody is called before everybody could ask again.
    settles_until = models.DateTimeField(null=True)

    class Meta:
        """A single row; the check lets no second one be."""

        db_table = "waiting_gate"
        constraints = [  # noqa: RUF012 - Django reads it
            models.CheckConstraint(condition=models.Q(gate_id=1), name="waiting_one_gate")
        ]


class Ticket(models.Model):
    """Somebody who waits. ``number`` is the microsecond of arrival: the order of the queue."""

    number = models.BigIntegerField(primary_key=True)
    seen_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    # A keyed hash of the address; enough to count by.
    source = models.CharField(max_length=16)

    class Meta:
        """Gone when its holder has entered, or has not asked for long."""

        db_table = "waiting_ticket"
        indexes = [  # noqa: RUF012 - Django reads it
            models.Index(fields=["source"], name="waiting_ticket_source")
        ]


class Visit(models.Model):
    """Somebody who was let in, under the number of the ticket; it takes a place until it ends."""

    number = models.BigIntegerField(primary_key=True)
    entered_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_confirmed = models.BooleanField(default=False)
    # Signed out: a late word of another process does not bring it back.
    has_left = models.BooleanField(default=False)
    source = models.CharField(max_length=16)

    class Meta:
        """Kept for some hours after its end, so that a ticket is used once."""

        db_table = "waiting_visit"
        indexes = [  # noqa: RUF012 - Django reads it
            models.Index(fields=["ends_at"], name="waiting_visit_ends"),
            models.Index(fields=["source"], name="waiting_visit_source"),
        ]
