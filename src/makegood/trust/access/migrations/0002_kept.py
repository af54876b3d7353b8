"""What a customer consented to, and what a reviewer said, stays as it was written."""

from django.db import migrations

_TAKEN = """
REVOKE UPDATE, DELETE, TRUNCATE ON access_consent, access_looked_at FROM makegood_program;
GRANT UPDATE (withdrawn_at) ON access_consent TO makegood_program;
"""
_GIVEN = """
REVOKE UPDATE (withdrawn_at) ON access_consent FROM makegood_program;
GRANT UPDATE, DELETE ON access_consent, access_looked_at TO makegood_program;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(_TAKEN, _GIVEN)]
