"""The table of Django's cache: which one-time codes are used up, for all processes."""

from django.db import migrations

MAKE = """
CREATE UNLOGGED TABLE web_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX web_cache_expires ON web_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_sessions_and_devices")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE web_cache")]
