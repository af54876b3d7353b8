"""The log's tables. Nothing in them is ever changed or removed, but what waits for its place.

The room reads and writes them with SQL of its own; the models are what migrations are made from.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One entry: what was recorded, as columns to search by and as the payload that is hashed."""

    entry_id = models.UUIDField(primary_key=True)
    written_at = models.DateTimeField()
    kind = models.TextField()
    actor = models.TextField()
    subject = models.TextField()
    person = models.TextField()
    purpose = models.TextField()
    case_reference = models.TextField()
    source = models.TextField()
    payload = models.BinaryField()

    class Meta:
        """Searched by person; by time through the identifier, which begins with it."""

        db_table = "audit_entry"
        indexes = (
            models.Index(
                "person", "entry_id", name="audit_entry_person", condition=~models.Q(person="")
            ),
        )


class Pending(models.Model):
    """An entry that waits for its place in the tree, with the hash it was written with."""

    entry_id = models.UUIDField(primary_key=True)
    leaf_hash = models.BinaryField()

    class Meta:
        """Filled by appending, emptied by integrating."""

        db_table = "audit_pending"


class Leaf(models.Model):
    """The place of an entry in the tree. ``place_hash`` ties place, entry and hash together."""

    leaf_index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField()
    place_hash = models.BinaryField()

    class Meta:
        """Counted from 0, without a gap."""

        db_table = "audit_leaf"


class Subtree(models.Model):
    """The hash of a complete subtree of 256, 65,536, ... leaves, so that proofs read little."""

    pk = models.CompositePrimaryKey("level", "subtree_index")
    level = models.SmallIntegerField()
    subtree_index = models.BigIntegerField()
    subtree_hash = models.BinaryField()

    class Meta:
        """Levels 8, 16, 24, ..."""

        db_table = "audit_subtree"


class Signer(models.Model):
    """A signing key of the log, wrapped by the master key. The newest signs."""

    number = models.BigIntegerField(primary_key=True)
    verifier_key = models.TextField()
    wrapped_key = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        """One verifier key stands twice where its key was wrapped again."""

        db_table = "audit_signer"


class Checkpoint(models.Model):
    """A signed note over size and root of the tree. Counted from 1, without a gap."""

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        """For each there is an entry in the log that says so."""

        db_table = "audit_checkpoint"
        indexes = (models.Index("size", name="audit_checkpoint_size"),)


class Cosignature(models.Model):
    """A witness's signature under a checkpoint."""

    pk = models.CompositePrimaryKey("number", "verifier_key")
    number = models.BigIntegerField()
    verifier_key = models.TextField()
    signature_line = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        """One of each witness for a checkpoint."""

        db_table = "audit_cosignature"


class Examination(models.Model):
    """A verification of the whole log that somebody asked for: how far it is, what it found.

    ``result`` is as ``examining.py`` writes it, empty until it is over.
    """

    examination_id = models.UUIDField(primary_key=True)
    asked_at = models.DateTimeField()
    asked_by = models.TextField()
    began_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        """It proves nothing by itself: the log says that it was asked for."""

        db_table = "audit_examination"
        indexes = (models.Index(fields=["-asked_at"], name="audit_examination_newest"),)
