"""Documents that customers hand in."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# A ciphertext does not compress; trying takes time and saves nothing.
_STORAGE = """
ALTER TABLE vault_document ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE vault_document ALTER COLUMN sealed_key SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """After the notes."""

    dependencies: ClassVar = [("vault", "0004_notes")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "reference",
                    models.TextField(db_collation="C", primary_key=True, serialize=False),
                ),
                ("customer_id", models.TextField(db_collation="C")),
                ("kind", models.TextField()),
                ("size_bytes", models.IntegerField()),
                ("kept_at", models.DateTimeField()),
                ("used_for", models.TextField()),
                ("generation", models.IntegerField()),
                ("sealed_key", models.BinaryField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "vault_document",
                "indexes": [
                    models.Index(models.F("customer_id"), name="vault_document_of_customer"),
                    models.Index(
                        models.F("kept_at"),
                        condition=models.Q(("used_for", "")),
                        name="vault_document_unused",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_STORAGE, migrations.RunSQL.noop),
    ]
