import django.contrib.postgres.fields
from django.db import migrations, models


def make_gate(apps, schema_editor):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - Django's call
    """The one row; a store that is put back brings its own."""
    gate = apps.get_model("waiting", "Gate")
    gate.objects.using(schema_editor.connection.alias).get_or_create(gate_id=1)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Gate",
            fields=[
                ("gate_id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("free", models.IntegerField(default=0)),
                ("free_given", models.IntegerField(default=0)),
                ("last_number", models.BigIntegerField(default=0)),
                ("highest_called", models.BigIntegerField(default=0)),
                (
                    "called",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "ranks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("rank_step", models.IntegerField(default=1)),
                ("waiting", models.IntegerField(default=0)),
                ("inside", models.IntegerField(default=0)),
                ("measured_limit", models.FloatField(default=0)),
                ("is_starting", models.BooleanField(default=True)),
                ("inside_max", models.IntegerField(default=0)),
                ("admissions_a_minute", models.FloatField(default=0)),
                ("set_inside_max", models.IntegerField(null=True)),
                ("set_admissions_a_minute", models.IntegerField(null=True)),
                ("tokens", models.FloatField(default=0)),
                ("flow", models.FloatField(default=0)),
                ("answers", models.BigIntegerField(default=0)),
                ("slow", models.BigIntegerField(default=0)),
                ("slow_share", models.FloatField(default=0)),
                ("entered", models.BigIntegerField(default=0)),
                ("controlled_at", models.DateTimeField(null=True)),
                ("ticked_at", models.DateTimeField(null=True)),
                ("settles_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "waiting_gate",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gate_id", 1)), name="waiting_one_gate"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
                ("called_at", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=16)),
            ],
            options={
                "db_table": "waiting_ticket",
                "indexes": [models.Index(fields=["source"], name="waiting_ticket_source")],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entered_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_confirmed", models.BooleanField(default=False)),
                ("has_left", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=16)),
            ],
            options={
                "db_table": "waiting_visit",
                "indexes": [
                    models.Index(fields=["ends_at"], name="waiting_visit_ends"),
                    models.Index(fields=["source"], name="waiting_visit_source"),
                ],
            },
        ),
        migrations.RunPython(make_gate, migrations.RunPython.noop, elidable=False),
    ]
