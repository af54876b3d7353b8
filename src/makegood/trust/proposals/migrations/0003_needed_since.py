"""From when on acts of a kind take two persons: rows are added, and stay."""

from __future__ import annotations

from django.db import migrations, models

_KEPT = """
CREATE TRIGGER proposal_needed_since_kept BEFORE UPDATE OR DELETE ON proposal_needed_since
    FOR EACH ROW EXECUTE FUNCTION proposal_refuse();
CREATE TRIGGER proposal_needed_since_whole BEFORE TRUNCATE ON proposal_needed_since
    FOR EACH STATEMENT EXECUTE FUNCTION proposal_refuse();

REVOKE UPDATE, DELETE, TRUNCATE ON proposal_needed_since FROM makegood_program;
"""

_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON proposal_needed_since TO makegood_program;
DROP TRIGGER proposal_needed_since_whole ON proposal_needed_since;
DROP TRIGGER proposal_needed_since_kept ON proposal_needed_since;
"""


class Migration(migrations.Migration):
    """The table, its rights and triggers."""

    dependencies = [("proposals", "0002_kept")]

    operations = [
        migrations.CreateModel(
            name="NeededSince",
            fields=[
                ("kind", models.TextField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "proposal_needed_since"},
        ),
        migrations.RunSQL(_KEPT, _BACK),
    ]
