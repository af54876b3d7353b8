"""A quote is added and never changed: by the program, for want of rights; by the owner too."""

from django.db import migrations

_KEPT = """
CREATE FUNCTION quotes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'quotes are only ever added: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER quotes_quote_kept BEFORE UPDATE OR DELETE ON quotes_quote
    FOR EACH ROW EXECUTE FUNCTION quotes_refuse();
CREATE TRIGGER quotes_quote_whole BEFORE TRUNCATE ON quotes_quote
    FOR EACH STATEMENT EXECUTE FUNCTION quotes_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON quotes_quote FROM makegood_program;
"""
_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON quotes_quote TO makegood_program;
DROP TRIGGER quotes_quote_whole ON quotes_quote;
DROP TRIGGER quotes_quote_kept ON quotes_quote;
DROP FUNCTION quotes_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
