"""Tables of claims: the claim as it stands, what happened to it, and every attempt to pay it.

The package writes them with SQL of its own; the models are what migrations are made from.
"""

from __future__ import annotations

from django.db import models

from makegood.redress.claims.states import ClaimState


class Claim(models.Model):
    """An application. Of a line, contract and measure only one is not withdrawn."""

    claim_id = models.UUIDField(primary_key=True)
    receipt_number = models.TextField(unique=True, db_collation="C")
    key = models.TextField(db_collation="C")
    programme = models.TextField()
    measure = models.TextField()
    line_id = models.TextField(db_collation="C")
    contract = models.TextField()
    customer_id = models.TextField(db_collation="C")
    through = models.TextField()
    submitted_at = models.DateTimeField()
    submitted_by = models.TextField()
    document = models.TextField()
    quote_id = models.TextField()
    programme_sha256 = models.CharField(max_length=64)
    snapshot_sha256 = models.CharField(max_length=64)
    is_late = models.BooleanField()
    has_account = models.BooleanField()
    state = models.TextField()
    reason = models.TextField()
    waits_for = models.TextField()
    amount = models.BigIntegerField()
    attempt = models.SmallIntegerField()
    changes = models.IntegerField()
    approved_on = models.DateField(null=True)
    pay_on = models.DateField(null=True)
    run_id = models.UUIDField(null=True)
    check_after = models.DateTimeField(null=True)
    tries = models.IntegerField()
    is_contradictory = models.BooleanField()
    account_serial = models.SmallIntegerField()
    account_document = models.TextField()
    holder = models.TextField()

    class Meta:
        """The pay-once key stands for line, contract and measure: it is what must be alone."""

        db_table = "claims_claim"
        constraints = (
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(state=ClaimState.WITHDRAWN.value),
                name="claims_claim_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ClaimState]),
                name="claims_claim_state",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="claims_claim_amount"),
        )
        indexes = (
            models.Index(
                fields=["programme", "measure", "pay_on"],
                condition=models.Q(state=ClaimState.SCHEDULED.value),
                name="claims_claim_payable",
            ),
            models.Index(
                fields=["check_after"],
                condition=models.Q(check_after__isnull=False),
                name="claims_claim_to_check",
            ),
            models.Index(fields=["line_id"], name="claims_claim_by_line"),
            # Of a line that was its own customer the index above finds them.
            models.Index(
                fields=["customer_id"],
                condition=~models.Q(customer_id=models.F("line_id")),
                name="claims_claim_by_customer",
            ),
            models.Index(fields=["programme", "-submitted_at"], name="claims_claim_newest"),
            # What somebody has to do something about is little of all, and asked for often.
            models.Index(
                fields=["-submitted_at"],
                condition=models.Q(state="checked") & ~models.Q(waits_for="")
                | models.Q(state="objected"),
                name="claims_claim_waiting",
            ),
            models.Index(
                fields=["-submitted_at"],
                condition=models.Q(state="returned"),
                name="claims_claim_returned",
            ),
            models.Index(
                fields=["programme", "line_id"],
                condition=models.Q(state="scheduled", reason="line_missing"),
                name="claims_claim_held",
            ),
            models.Index(
                fields=["-submitted_at"],
                condition=models.Q(is_contradictory=True),
                name="claims_claim_contradictory",
            ),
        )

    def __str__(self) -> str:
        return self.receipt_number


class Event(models.Model):
    """A change of a claim. Rows are added and never changed."""

    pk = models.CompositePrimaryKey("claim_id", "number")
    claim_id = models.UUIDField()
    number = models.IntegerField()
    at = models.DateTimeField()
    before = models.TextField()
    after = models.TextField()
    reason = models.TextField()
    by = models.TextField()
    run_id = models.UUIDField(null=True)
    amount = models.BigIntegerField()

    class Meta:
        """``before`` is empty for the first."""

        db_table = "claims_event"

    def __str__(self) -> str:
        return f"{self.claim_id} {self.number}"


class Payment(models.Model):
    """An attempt to pay a claim: a key is tried under a number once, whatever else goes wrong.

    What the other side said is kept as three words, so that the order in which it says them does
    not matter. ``resolved`` is what a person found where it said both done and failed.
    """

    pk = models.CompositePrimaryKey("key", "attempt")
    key = models.TextField(db_collation="C")
    attempt = models.SmallIntegerField()
    claim_id = models.UUIDField()
    run_id = models.UUIDField()
    amount = models.BigIntegerField()
    began_at = models.DateTimeField()
    said_done = models.BooleanField()
    said_failed = models.BooleanField()
    said_returned = models.BooleanField()
    code = models.TextField()
    resolved = models.TextField()

    class Meta:
        """The primary key is what makes an attempt happen once."""

        db_table = "claims_payment"
        indexes = (
            models.Index(fields=["run_id"], name="claims_payment_by_run"),
            models.Index(fields=["claim_id"], name="claims_payment_by_claim"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.attempt}"
