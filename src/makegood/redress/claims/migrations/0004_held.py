"""Claims that are held because the facts lack their line are found quickly."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_listed")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(state="scheduled", reason="line_missing"),
                fields=["programme", "line_id"],
                name="claims_claim_held",
            ),
        ),
    ]
