"""A snapshot may be registered again, to be the newest of its day again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("serving", "0002_kept")]

    operations = [
        migrations.RemoveConstraint(model_name="knownsnapshot", name="serving_snapshot_once")
    ]
