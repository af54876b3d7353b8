from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publication", "0003_messages")]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("draft_id", models.UUIDField(primary_key=True, serialize=False)),
                ("programme", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("messages", models.TextField()),
                ("messages_sha256", models.CharField(max_length=64)),
                ("kept_at", models.DateTimeField()),
                ("kept_by", models.TextField()),
            ],
            options={
                "db_table": "publication_draft",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "sha256", "messages_sha256"),
                        name="publication_draft_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                ("study_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("programme", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("against_sha256", models.CharField(max_length=64)),
                ("state", models.TextField()),
                ("step", models.TextField()),
                ("done", models.BigIntegerField()),
                ("whole", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.TextField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("findings", models.JSONField()),
                ("result", models.JSONField()),
            ],
            options={
                "db_table": "publication_study",
                "indexes": [
                    models.Index(fields=["sha256", "-asked_at"], name="publication_study_of")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "working"))),
                        fields=("kind", "sha256", "against_sha256"),
                        name="publication_study_once",
                    )
                ],
            },
        ),
    ]
