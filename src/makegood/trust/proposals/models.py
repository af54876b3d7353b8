"""The tables of proposals. The room reads and writes them with SQL of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

_LIVE = ("open", "approved")
_DECIDED = ("approved", "refused", "used")


class ProposalRow(models.Model):
    """A proposal. What was proposed never changes; only its state does, along its life."""

    proposal_id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    subject = models.TextField()
    contents = models.JSONField()
    contents_hash = models.TextField()
    reason = models.TextField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.TextField()
    decided_by = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="")
    used_at = models.DateTimeField(null=True)
    used_by = models.TextField(null=True)

    class Meta:
        """What two persons mean stands here too, whatever the program does."""

        db_table = "proposal"
        indexes = (
            models.Index(fields=["-proposed_at"], name="proposal_newest"),
            models.Index(fields=["expires_at"], name="proposal_due", condition=Q(state__in=_LIVE)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject", "contents_hash"),
                name="proposal_one_live_for_one_thing",
                condition=Q(state__in=_LIVE),
            ),
            models.CheckConstraint(
                name="proposal_two_persons", condition=~Q(decided_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="proposal_decided_by_somebody",
                condition=Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    state__in=(*_DECIDED, "expired"),
                )
                | (Q(decided_by__isnull=True, decided_at__isnull=True) & ~Q(state__in=_DECIDED)),
            ),
            models.CheckConstraint(
                name="proposal_used_once",
                condition=Q(state="used", used_at__isnull=False, used_by__isnull=False)
                | (Q(used_at__isnull=True, used_by__isnull=True) & ~Q(state="used")),
            ),
            models.CheckConstraint(
                name="proposal_state_known",
                condition=Q(
                    state__in=("open", "approved", "refused", "withdrawn", "expired", "used")
                ),
            ),
            models.CheckConstraint(
                name="proposal_lasts", condition=Q(expires_at__gt=F("proposed_at"))
            ),
            models.CheckConstraint(
                name="proposal_has_a_reason", condition=~Q(reason="") & ~Q(proposed_by="")
            ),
        )


class PolicyVersion(models.Model):
    """Policies that came into force: the first as found, each other by a used proposal."""

    number = models.BigAutoField(primary_key=True)
    version = models.TextField()
    since = models.DateTimeField()
    proposal = models.ForeignKey(
        ProposalRow, null=True, on_delete=models.PROTECT, related_name="policy_versions"
    )

    class Meta:
        """The one with the highest number is in force. Rows never change."""

        db_table = "policy_version"
        constraints = (
            # Without a proposal comes the first only.
            models.UniqueConstraint(
                fields=("proposal",), name="policy_version_of_a_proposal", nulls_distinct=False
            ),
        )


class NeededSince(models.Model):
    """From when on acts of a kind take two persons, where one may begin alone."""

    kind = models.TextField(primary_key=True)
    since = models.DateTimeField()

    class Meta:
        """Rows never change: what has begun does not end."""

        db_table = "proposal_needed_since"
