"""The vault's tables: ciphertexts, blind indexes, pseudonyms and numbers, nothing else.

The package reads and writes them with SQL of its own; the models are what migrations are made
from. Rows name their generation without a foreign key: its trigger would be called for every row of
a load. A writer holds the generation's row instead (see ``key_generations.py``).
"""

from __future__ import annotations

from django.db import models


class Generation(models.Model):
    """A set of keys, wrapped by the master key. One is current; at most one is being retired."""

    generation = models.IntegerField(primary_key=True)
    state = models.TextField()
    wrapped_keys = models.BinaryField()
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        """A destroyed generation stays as a row without keys."""

        db_table = "vault_generation"
        constraints = (
            models.UniqueConstraint(
                "state",
                name="vault_generation_one_of_a_state",
                condition=~models.Q(state="destroyed"),
            ),
            models.CheckConstraint(
                name="vault_generation_state",
                condition=models.Q(state__in=["current", "retiring"], destroyed_at=None)
                | models.Q(state="destroyed", wrapped_keys=b"", destroyed_at__isnull=False),
            ),
        )


class Person(models.Model):
    """A customer's contact data: one ciphertext, and what it can be found by."""

    customer_id = models.TextField(primary_key=True, db_collation="C")
    generation = models.IntegerField()
    sealed = models.BinaryField()
    phone_index = models.BinaryField()
    name_index = models.BinaryField(null=True)

    class Meta:
        """Each index is the first 16 bytes of a keyed function (PRF)."""

        db_table = "vault_person"
        indexes = (
            models.Index("phone_index", name="vault_person_phone"),
            models.Index("name_index", name="vault_person_name"),
        )


class Account(models.Model):
    """Where a customer is paid: a ciphertext of its own, under a key of its own."""

    customer_id = models.TextField(primary_key=True, db_collation="C")
    generation = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        """One for each customer: the newest."""

        db_table = "vault_account"


class Text(models.Model):
    """A short text that is a secret of its own, such as the code of a voucher.

    ``kind`` says what it is; of one kind a text is there once.
    """

    text_id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    generation = models.IntegerField()
    sealed = models.BinaryField()
    text_index = models.BinaryField()

    class Meta:
        """The index is of kind and text together, under a key of its own."""

        db_table = "vault_text"
        constraints = (models.UniqueConstraint(fields=["text_index"], name="vault_text_once"),)


class Note(models.Model):
    """What somebody wrote about a person, or what a person gave for one purpose.

    ``customer_id`` is empty where nobody knows who it is. It goes with the person.
    """

    note_id = models.UUIDField(primary_key=True)
    customer_id = models.TextField(db_collation="C")
    generation = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        """The customer's are found when the customer is deleted."""

        db_table = "vault_note"
        indexes = (models.Index(fields=["customer_id"], name="vault_note_of_customer"),)


class Document(models.Model):
    """What a customer handed in: a ciphertext under a key of its own, and that key, sealed.

    ``used_for`` is empty until an act names the document; ``size_bytes`` is of the content.
    """

    reference = models.TextField(primary_key=True, db_collation="C")
    customer_id = models.TextField(db_collation="C")
    kind = models.TextField()
    size_bytes = models.IntegerField()
    kept_at = models.DateTimeField()
    used_for = models.TextField()
    generation = models.IntegerField()
    sealed_key = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        """Found by its number, and by whose it is; those that nothing uses by their age."""

        db_table = "vault_document"
        indexes = (
            models.Index("customer_id", name="vault_document_of_customer"),
            models.Index("kept_at", name="vault_document_unused", condition=models.Q(used_for="")),
        )


class Deletion(models.Model):
    """A person who was deleted, so that no later load brings them back."""

    customer_id = models.TextField(primary_key=True, db_collation="C")
    deleted_at = models.DateTimeField()
    entry_id = models.UUIDField()

    class Meta:
        """What remains: the pseudonym, the instant, and the entry of the log."""

        db_table = "vault_deletion"


class Load(models.Model):
    """A file that is being or was loaded, and how far it is."""

    load_id = models.UUIDField(primary_key=True)
    generation = models.IntegerField()
    sealed_source = models.BinaryField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_done = models.BigIntegerField()
    added = models.BigIntegerField()
    replaced = models.BigIntegerField()
    accounts = models.BigIntegerField()
    rejected = models.BigIntegerField()

    class Meta:
        """The counts are of whole batches, written with them."""

        db_table = "vault_load"


class Reject(models.Model):
    """Why a row of a file was not taken. Never what stood in it."""

    pk = models.CompositePrimaryKey("load_id", "row_number", "field")
    load_id = models.UUIDField()
    row_number = models.BigIntegerField()
    field = models.TextField()
    reason = models.TextField()

    class Meta:
        """Rows count from 1, without the header."""

        db_table = "vault_reject"
