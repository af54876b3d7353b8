"""What was published, as it was published. Rows are added and never changed."""

from __future__ import annotations

from django.db import models


class Version(models.Model):
    """One publication of a programme's text. The newest of a programme is in force."""

    version_id = models.BigAutoField(primary_key=True)
    programme = models.TextField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    # The messages beside it; empty where there are none.
    messages = models.TextField(default="", db_default="")
    messages_sha256 = models.CharField(max_length=64, default="", db_default="")
    published_at = models.DateTimeField()
    published_by = models.TextField()
    # One proposal publishes once.
    proposal_id = models.UUIDField(unique=True)

    class Meta:
        db_table = "publication_version"
        indexes = [  # noqa: RUF012 - Django reads it
            models.Index(fields=["programme", "-version_id"], name="publication_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.sha256[:12]}"


class Draft(models.Model):
    """A checked text that somebody has brought, before it is proposed. Rows are never changed."""

    draft_id = models.UUIDField(primary_key=True)
    programme = models.TextField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField()
    messages = models.TextField()
    messages_sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.TextField()

    class Meta:
        """The same texts are one draft."""

        db_table = "publication_draft"
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "sha256", "messages_sha256"], name="publication_draft_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.sha256[:12]}"


class Study(models.Model):
    """What a text comes to, or changes, over all lines: asked for, carried out by a worker, kept.

    ``step``, ``done`` and ``whole`` say how far it is; ``result`` and ``findings`` what came of it.
    """

    study_id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    programme = models.TextField()
    sha256 = models.CharField(max_length=64)
    against_sha256 = models.CharField(max_length=64)
    state = models.TextField()
    step = models.TextField()
    done = models.BigIntegerField()
    whole = models.BigIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    findings = models.JSONField()
    result = models.JSONField()

    class Meta:
        """The same is asked once at a time."""

        db_table = "publication_study"
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "sha256", "against_sha256"],
                condition=models.Q(state__in=("waiting", "working")),
                name="publication_study_once",
            ),
        )
        indexes = (models.Index(fields=["sha256", "-asked_at"], name="publication_study_of"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.programme} {self.sha256[:12]}"
