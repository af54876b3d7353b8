"""Tables of voucher pools: which code went to which key. The codes themselves are in the vault.

The package reads and writes them with SQL of its own; the models are what migrations are made from.
"""

from __future__ import annotations

from django.db import models


class Code(models.Model):
    """A code of a pool: the vault's number of it, and the key that it was given to."""

    number = models.BigAutoField(primary_key=True)
    pool = models.TextField()
    text_id = models.UUIDField()
    given_key = models.TextField(null=True, unique=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        """A key has one code at most, a code one key at most; the first in is the first out."""

        db_table = "vouchers_code"
        indexes = (
            models.Index(
                fields=["pool", "number"],
                name="vouchers_code_free",
                condition=models.Q(given_key=None),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="vouchers_code_given",
                condition=models.Q(given_key=None, given_at=None)
                | models.Q(given_key__isnull=False, given_at__isnull=False),
            ),
        )


class Import(models.Model):
    """A file of codes that was brought in."""

    import_id = models.UUIDField(primary_key=True)
    pool = models.TextField()
    imported_at = models.DateTimeField()
    rows = models.BigIntegerField()
    added = models.BigIntegerField()
    rejected = models.BigIntegerField()

    class Meta:
        """Written with its codes."""

        db_table = "vouchers_import"


class Reject(models.Model):
    """Why a row of a file was not taken. Never what stood in it."""

    pk = models.CompositePrimaryKey("import_id", "row_number")
    import_id = models.UUIDField()
    row_number = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        """Rows count from 1, without the header."""

        db_table = "vouchers_reject"


class Message(models.Model):
    """A shipment whose items have their codes, or the word that there was none."""

    message_id = models.TextField(primary_key=True)
    items_sha256 = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        """``put_away_at`` is empty as long as its answers wait to be applied."""

        db_table = "vouchers_message"
        indexes = (
            models.Index(
                fields=["sent_at"],
                name="vouchers_message_waiting",
                condition=models.Q(put_away_at=None),
            ),
        )


class Answer(models.Model):
    """What became of an item of a shipment."""

    pk = models.CompositePrimaryKey("message_id", "item_key")
    message_id = models.TextField()
    item_key = models.TextField()
    attempt = models.SmallIntegerField()
    outcome = models.TextField()
    code = models.TextField()

    class Meta:
        """Written with the codes, and never changed."""

        db_table = "vouchers_answer"
