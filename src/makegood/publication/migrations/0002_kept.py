"""A publication is added and never changed: the program's rights end there."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON publication_version FROM makegood_program",
            "GRANT UPDATE, DELETE ON publication_version TO makegood_program",
        )
    ]
