from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publication", "0002_kept")]

    operations = [
        migrations.AddField("version", "messages", models.TextField(db_default="", default="")),
        migrations.AddField(
            "version",
            "messages_sha256",
            models.CharField(db_default="", default="", max_length=64),
        ),
    ]
