"""What is written stays: rights of the program taken, and triggers that refuse the owner too."""

from __future__ import annotations

from django.db import migrations

KEPT = (
    "audit_entry",
    "audit_leaf",
    "audit_subtree",
    "audit_signer",
    "audit_checkpoint",
    "audit_cosignature",
)

_FUNCTION = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def _guard(table: str, rows: str, statement: str) -> str:
    return (
        f"CREATE TRIGGER {table}_kept BEFORE {rows} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION audit_refuse();"
        f"CREATE TRIGGER {table}_whole BEFORE {statement} ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();"
    )


def _unguard(table: str) -> str:
    return f"DROP TRIGGER {table}_kept ON {table}; DROP TRIGGER {table}_whole ON {table};"


_GUARDS = "".join(_guard(table, "UPDATE OR DELETE", "TRUNCATE") for table in KEPT)
# What waits for its place may leave when it gets it, and never changes.
_PENDING = _guard("audit_pending", "UPDATE", "TRUNCATE")
_REVOKED = (
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(KEPT)} FROM makegood_program;"
    "REVOKE UPDATE, TRUNCATE ON audit_pending FROM makegood_program;"
)
_GRANTED = (
    f"GRANT UPDATE, DELETE ON {', '.join(KEPT)} TO makegood_program;"
    "GRANT UPDATE ON audit_pending TO makegood_program;"
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION audit_refuse()"),
        migrations.RunSQL(
            _GUARDS + _PENDING,
            "".join(_unguard(table) for table in (*KEPT, "audit_pending")),
        ),
        migrations.RunSQL(_REVOKED, _GRANTED),
    ]
