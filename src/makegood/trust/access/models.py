"""The tables of access. The room reads and writes them with SQL of its own."""

from __future__ import annotations

from django.db import models


class Consent(models.Model):
    """That a customer consented to something; a row is never removed."""

    consent_id = models.BigAutoField(primary_key=True)
    customer_id = models.TextField()
    purpose = models.TextField()
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    channel = models.TextField()
    given_to = models.TextField()
    evidence = models.TextField()

    class Meta:
        """Searched by customer and purpose."""

        db_table = "access_consent"
        indexes = (models.Index(fields=["customer_id", "purpose"], name="access_consent_customer"),)
        constraints = (
            models.CheckConstraint(
                name="access_consent_ends_after_it_begins",
                condition=models.Q(expires_at__gt=models.F("given_at")),
            ),
        )


class LookedAt(models.Model):
    """That a reviewer looked at an unusual access, and what came of it."""

    finding_id = models.TextField(primary_key=True)
    month = models.DateField()
    looked_at = models.DateTimeField()
    looked_at_by = models.TextField()
    verdict = models.TextField()
    note = models.TextField()

    class Meta:
        """One row for a finding, which never changes."""

        db_table = "access_looked_at"
        indexes = (models.Index(fields=["month"], name="access_looked_at_month"),)
