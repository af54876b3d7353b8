"""Lines that were handed on are found by who held them first.

Every decision reads this table, and it has a row for each of 24 million lines: the index is made
beside its readers and writers. Where making it was killed, what is left of it is made anew.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

_LEFT_OVER = "DROP INDEX CONCURRENTLY IF EXISTS serving_holder_by_first"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("serving", "0004_first_holder")]

    operations = [
        migrations.RunSQL(_LEFT_OVER, migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="holder",
            index=models.Index(
                condition=models.Q(first_customer_id__isnull=False),
                fields=["first_customer_id"],
                name="serving_holder_by_first",
            ),
        ),
    ]
