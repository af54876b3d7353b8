"""A transfer is added and never changed: by the program, for want of rights; by the owner too."""

from django.db import migrations

_KEPT = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'transfers are only ever added: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_transfer_kept BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_transfer_whole BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfer FROM makegood_program;
"""
_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON ledger_transfer TO makegood_program;
DROP TRIGGER ledger_transfer_whole ON ledger_transfer;
DROP TRIGGER ledger_transfer_kept ON ledger_transfer;
DROP FUNCTION ledger_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
