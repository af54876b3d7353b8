"""A registered snapshot stays known: the program has no right to change or remove its row."""

from django.db import migrations

_KEPT = """
REVOKE UPDATE, DELETE, TRUNCATE ON serving_snapshot FROM makegood_program;
"""
_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON serving_snapshot TO makegood_program;
"""


class Migration(migrations.Migration):
    dependencies = [("serving", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
