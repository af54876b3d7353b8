"""Tables of runs: what a run is, its shards, what came in, and the items that did not go well.

Items themselves and the answers to them are Parquet in the run's folder; here stands what decides
who may do what next. The package reads and writes these tables with SQL of its own as well; the
models are what migrations are made from.
"""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One action carried out. A *family* is (programme, measure, period): it pays a key once.

    ``sequence`` is 0 for the family's first run; later ones are follow-ups and runs for lines that
    came to qualify later. Amounts are minor units. Times of states are empty until then.
    ``due_on`` is the day in the programme's zone; ``texts``, ``currency`` and ``minor_digits`` are
    what shipments say besides, by the programme it was planned from. ``unknown`` counts items
    without an end: not answered, or contradicted.
    """

    run_id = models.UUIDField(primary_key=True)
    programme = models.TextField()
    measure = models.TextField()
    period = models.TextField()
    sequence = models.IntegerField()
    kind = models.TextField()
    channel = models.TextField()
    follows = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    due_on = models.DateField()
    currency = models.TextField()
    minor_digits = models.IntegerField()
    texts = models.JSONField()
    programme_sha256 = models.CharField(max_length=64)
    messages_sha256 = models.CharField(max_length=64)
    snapshot_sha256 = models.CharField(max_length=64)
    decisions_sha256 = models.CharField(max_length=64)
    items_sha256 = models.CharField(max_length=64)
    engine = models.TextField()
    state = models.TextField()
    finding = models.TextField()
    needs_release = models.BooleanField()
    decided = models.BigIntegerField()
    items = models.BigIntegerField()
    left_out = models.BigIntegerField()
    total = models.BigIntegerField()
    shards = models.IntegerField()
    done = models.BigIntegerField()
    done_total = models.BigIntegerField()
    failed = models.BigIntegerField()
    returned = models.BigIntegerField()
    unknown = models.BigIntegerField()
    planned_at = models.DateTimeField()
    planned_by = models.TextField()
    checked_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.TextField()
    proposal_id = models.UUIDField(null=True)
    paused_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Of a family the runs are numbered without a gap, under a lock on the family."""

        db_table = "runs_run"
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "measure", "period", "sequence"], name="runs_run_once"
            ),
        )
        indexes = (models.Index(fields=["state", "due_at"], name="runs_run_by_state"),)

    def __str__(self) -> str:
        return f"{self.programme} {self.measure} {self.period} {self.sequence}"


class Shard(models.Model):
    """Some items of a run that leave as one message."""

    pk = models.CompositePrimaryKey("run_id", "number")
    run_id = models.UUIDField()
    number = models.IntegerField()
    message_id = models.TextField(unique=True)
    first_item = models.BigIntegerField()
    items = models.BigIntegerField()
    total = models.BigIntegerField()
    items_sha256 = models.CharField(max_length=64)
    state = models.TextField()
    tries = models.IntegerField()
    sender = models.TextField()
    began_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_sha256 = models.TextField()
    retry_at = models.DateTimeField(null=True)
    doubtful_at = models.DateTimeField(null=True)
    trouble = models.TextField()
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    done = models.BigIntegerField()
    done_total = models.BigIntegerField()
    failed = models.BigIntegerField()
    returned = models.BigIntegerField()

    class Meta:
        """``message_id`` stays the same however often a shard is tried.

        ``items_sha256`` is of its file's bytes. ``retry_at`` is before when it is left alone;
        ``doubtful_at`` since when nobody knows whether the other side has it; ``trouble`` is
        what went wrong the last time.
        """

        db_table = "runs_shard"
        indexes = (models.Index(fields=["state", "run_id"], name="runs_shard_by_state"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"


class Applied(models.Model):
    """Something that came in and was applied: the same content is never applied twice."""

    source_id = models.TextField(primary_key=True)
    channel = models.TextField()
    name = models.TextField()
    applied_at = models.DateTimeField()
    answers = models.BigIntegerField()
    new = models.BigIntegerField()
    contradictory = models.BigIntegerField()
    unmatched = models.BigIntegerField()

    class Meta:
        """``new`` answers changed something; the others said again what was known.

        ``unmatched`` ones are about nothing that any run has: they are kept aside and told.
        """

        db_table = "runs_applied"

    def __str__(self) -> str:
        return self.name


class Deviating(models.Model):
    """How the lines of a run of money stand to what they were shown, as of ``compared_at``.

    Amounts are minor units. The lines themselves are in the run's folder, under ``file_sha256``.
    """

    run_id = models.UUIDField(primary_key=True)
    compared_at = models.DateTimeField()
    shown_lines = models.BigIntegerField()
    less_lines = models.BigIntegerField()
    less = models.BigIntegerField()
    more_lines = models.BigIntegerField()
    more = models.BigIntegerField()
    file_sha256 = models.CharField(max_length=64)

    class Meta:
        """One row of a run that was held against quotes."""

        db_table = "runs_deviating"

    def __str__(self) -> str:
        return str(self.run_id)


class Trouble(models.Model):
    """What goes wrong again and again in a step of the work, while it lasts."""

    trouble_id = models.BigAutoField(primary_key=True)
    step = models.TextField()
    words = models.TextField()
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        """The same words in the same step are one trouble; it was told last at ``told_at``."""

        db_table = "runs_trouble"
        constraints = (models.UniqueConstraint(fields=["step", "words"], name="runs_trouble_once"),)

    def __str__(self) -> str:
        return self.words


class Exceptional(models.Model):
    """An item that failed, was returned, or about which the other side contradicts itself.

    ``taken_by`` is the follow-up run that tries it again.
    """

    pk = models.CompositePrimaryKey("run_id", "item_key")
    run_id = models.UUIDField()
    item_key = models.TextField()
    item = models.BigIntegerField()
    shard = models.IntegerField()
    line_id = models.TextField()
    attempt = models.IntegerField()
    amount = models.BigIntegerField()
    outcome = models.TextField()
    code = models.TextField()
    told_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)

    class Meta:
        """One row per item; the newest outcome."""

        db_table = "runs_exception"
        indexes = (
            models.Index(fields=["item_key"], name="runs_exception_by_key"),
            models.Index(fields=["run_id", "item"], name="runs_exception_by_item"),
            models.Index(
                condition=models.Q(outcome="contradictory"),
                fields=["item_key"],
                name="runs_exception_in_doubt",
            ),
            models.Index(
                condition=models.Q(code="done_before"),
                fields=["run_id", "shard"],
                name="runs_exception_taken_off",
            ),
        )

    def __str__(self) -> str:
        return self.item_key
