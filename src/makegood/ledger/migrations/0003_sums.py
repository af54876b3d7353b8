"""Sums of transfers are kept, and each transfer knows which transaction of the database wrote it."""

from django.db import migrations, models
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_kept")]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("programme", models.TextField(primary_key=True, serialize=False)),
                ("before", models.BigIntegerField()),
                ("origin", models.TextField()),
            ],
            options={"db_table": "ledger_horizon"},
        ),
        migrations.CreateModel(
            name="Sum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "programme",
                        "measure",
                        "account",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("programme", models.TextField()),
                ("measure", models.TextField()),
                ("account", models.TextField()),
                ("amount", models.BigIntegerField()),
                ("heads", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_sum"},
        ),
        # What stands already counts as written by this very transaction.
        migrations.AddField(
            model_name="row",
            name="written_in",
            field=models.BigIntegerField(
                db_default=Cast(
                    Cast(models.Func(function="pg_current_xact_id"), models.TextField()),
                    models.BigIntegerField(),
                )
            ),
        ),
        migrations.AddIndex(
            model_name="row",
            index=models.Index(fields=["programme", "written_in"], name="ledger_transfer_written"),
        ),
    ]
