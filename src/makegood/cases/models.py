"""Tables of cases: the case as it stands, what happened to it, and how often strangers asked.

The package writes them with SQL of its own; the models are what migrations are made from.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from makegood.cases.states import CaseKind, CaseState


class Case(models.Model):
    """A support case. What is personal lies in the vault: here are its numbers."""

    case_id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True, db_collation="C")
    kind = models.TextField()
    state = models.TextField()
    subject = models.TextField()
    programme = models.TextField()
    customer_id = models.TextField(db_collation="C")
    line_id = models.TextField(db_collation="C")
    receipt_number = models.TextField(db_collation="C")
    through = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.TextField()
    team = models.TextField()
    member = models.TextField()
    due_at = models.DateTimeField(null=True)
    call_since = models.DateTimeField(null=True)
    call_until = models.DateTimeField(null=True)
    phone_id = models.UUIDField(null=True)
    tags = ArrayField(models.TextField())
    proposal_id = models.UUIDField(null=True)
    outcome = models.TextField()
    closed_at = models.DateTimeField(null=True)
    changes = models.IntegerField()

    class Meta:
        """The indexes are those of the day list: by who works on it, among what is not done."""

        db_table = "cases_case"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in CaseKind]),
                name="cases_case_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in CaseState]),
                name="cases_case_state",
            ),
            # A customer waits for one call at a time, however often it is asked for at once.
            models.UniqueConstraint(
                fields=["customer_id"],
                condition=models.Q(kind=CaseKind.CALLBACK.value)
                & ~models.Q(state=CaseState.DONE.value)
                & ~models.Q(customer_id=""),
                name="cases_case_one_callback",
            ),
        )
        indexes = (
            models.Index(
                fields=["member"],
                condition=~models.Q(state=CaseState.DONE.value),
                name="cases_case_of_member",
            ),
            models.Index(
                fields=["team"],
                condition=~models.Q(state=CaseState.DONE.value),
                name="cases_case_of_team",
            ),
            models.Index(fields=["customer_id"], name="cases_case_of_customer"),
        )

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """Something that happened to a case. Rows are added and never changed."""

    pk = models.CompositePrimaryKey("case_id", "number")
    case_id = models.UUIDField()
    number = models.IntegerField()
    at = models.DateTimeField()
    step = models.TextField()
    before = models.TextField()
    after = models.TextField()
    by = models.TextField()
    detail = models.TextField()
    note_id = models.UUIDField(null=True)

    class Meta:
        """``before`` is empty for the first."""

        db_table = "cases_event"

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}"


class Asked(models.Model):
    """That somebody who is not signed in asked to be called; forgotten after a day."""

    asked_id = models.BigAutoField(primary_key=True)
    key_hash = models.TextField(db_collation="C")
    at = models.DateTimeField()

    class Meta:
        """The hash is of an address or a number, under the installation's secret."""

        db_table = "cases_asked"
        indexes = (models.Index(fields=["key_hash", "at"], name="cases_asked_by_key"),)

    def __str__(self) -> str:
        return self.key_hash[:12]
