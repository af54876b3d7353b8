from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Examination",
            fields=[
                ("examination_id", models.UUIDField(primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("began_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("done", models.BigIntegerField(default=0)),
                ("whole", models.BigIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
            ],
            options={
                "db_table": "audit_examination",
                "indexes": [models.Index(fields=["-asked_at"], name="audit_examination_newest")],
            },
        ),
    ]
