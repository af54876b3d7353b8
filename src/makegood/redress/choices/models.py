"""What was chosen, and coupons that were taken."""

from __future__ import annotations

from django.db import models


class Chosen(models.Model):
    """The option of a line for a choice measure.

    ``state`` is chosen, granting (in a run) or granted. ``item_key`` is the pay-once key under
    which ``run_id`` grants it.
    """

    pk = models.CompositePrimaryKey("programme", "measure", "line_id")
    programme = models.TextField()
    measure = models.TextField()
    line_id = models.TextField(db_collation="C")
    option = models.TextField()
    pool = models.TextField()
    customer_id = models.TextField(db_collation="C")
    state = models.TextField()
    times = models.IntegerField()
    chosen_at = models.DateTimeField()
    through = models.TextField()
    run_id = models.UUIDField(null=True)
    item_key = models.TextField()
    code = models.TextField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """One row for each line and measure; ``times`` counts how often it was chosen."""

        db_table = "choices_choice"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["chosen", "granting", "granted"]),
                name="choices_choice_state",
            ),
            models.CheckConstraint(
                condition=models.Q(state="chosen") | models.Q(run_id__isnull=False),
                name="choices_choice_run",
            ),
        )
        indexes = (
            models.Index(fields=["run_id", "item_key"], name="choices_choice_by_run"),
            models.Index(fields=["line_id"], name="choices_choice_of_line"),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.measure} {self.line_id}"


class Coupon(models.Model):
    """A coupon that a line took of an offer: which code of which pool, never the code itself."""

    pk = models.CompositePrimaryKey("programme", "measure", "offer", "line_id")
    programme = models.TextField()
    measure = models.TextField()
    offer = models.IntegerField()
    line_id = models.TextField(db_collation="C")
    item_key = models.TextField(unique=True)
    pool = models.TextField()
    taken_at = models.DateTimeField()
    through = models.TextField()
    customer_id = models.TextField(db_collation="C")

    class Meta:
        """One for each line, measure and offer; its code is for ``customer_id`` alone."""

        db_table = "choices_coupon"
        indexes = (models.Index(fields=["line_id"], name="choices_coupon_of_line"),)

    def __str__(self) -> str:
        return self.item_key
