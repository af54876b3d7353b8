"""The claims of a customer are found quickly, also those of lines that are not theirs any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_held")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=~models.Q(customer_id=models.F("line_id")),
                fields=["customer_id"],
                name="claims_claim_by_customer",
            ),
        ),
    ]
