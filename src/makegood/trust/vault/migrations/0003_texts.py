"""Texts that are secrets of their own: the codes of vouchers."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

# A ciphertext does not compress; trying takes time and saves nothing.
_STORAGE = "ALTER TABLE vault_text ALTER COLUMN sealed SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    """After persons and accounts."""

    dependencies: ClassVar = [("vault", "0002_rights")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Text",
            fields=[
                ("text_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("generation", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("text_index", models.BinaryField()),
            ],
            options={
                "db_table": "vault_text",
                "constraints": [
                    models.UniqueConstraint(fields=("text_index",), name="vault_text_once")
                ],
            },
        ),
        migrations.RunSQL(_STORAGE, migrations.RunSQL.noop),
    ]
