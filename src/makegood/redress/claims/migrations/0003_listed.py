from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_kept"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["programme", "-submitted_at"], name="claims_claim_newest"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "checked"), models.Q(("waits_for", ""), _negated=True)),
                    ("state", "objected"),
                    _connector="OR",
                ),
                fields=["-submitted_at"],
                name="claims_claim_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "returned")),
                fields=["-submitted_at"],
                name="claims_claim_returned",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("is_contradictory", True)),
                fields=["-submitted_at"],
                name="claims_claim_contradictory",
            ),
        ),
    ]
