"""Notes about persons: what an agent writes, and what a person gives for one purpose."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# A ciphertext does not compress; trying takes time and saves nothing.
_STORAGE = "ALTER TABLE vault_note ALTER COLUMN sealed SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    """After the texts."""

    dependencies: ClassVar = [("vault", "0003_texts")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("note_id", models.UUIDField(primary_key=True, serialize=False)),
                ("customer_id", models.TextField(db_collation="C")),
                ("generation", models.IntegerField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "vault_note",
                "indexes": [models.Index(fields=["customer_id"], name="vault_note_of_customer")],
            },
        ),
        migrations.RunSQL(_STORAGE, migrations.RunSQL.noop),
    ]
