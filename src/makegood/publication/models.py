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
