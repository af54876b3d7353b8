"""What goes wrong again and again is kept while it lasts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0002_deviating")]

    operations = [
        migrations.CreateModel(
            name="Trouble",
            fields=[
                ("trouble_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("step", models.TextField()),
                ("words", models.TextField()),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "db_table": "runs_trouble",
                "constraints": [
                    models.UniqueConstraint(fields=("step", "words"), name="runs_trouble_once")
                ],
            },
        ),
    ]
