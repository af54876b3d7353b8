"""A publication is added and never changed: by the program, for want of rights; by the owner too."""

from django.db import migrations

_KEPT = """
CREATE FUNCTION publication_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'publications are only ever added: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER publication_version_kept BEFORE UPDATE OR DELETE ON publication_version
    FOR EACH ROW EXECUTE FUNCTION publication_refuse();
CREATE TRIGGER publication_version_whole BEFORE TRUNCATE ON publication_version
    FOR EACH STATEMENT EXECUTE FUNCTION publication_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON publication_version FROM makegood_program;
"""
_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON publication_version TO makegood_program;
DROP TRIGGER publication_version_whole ON publication_version;
DROP TRIGGER publication_version_kept ON publication_version;
DROP FUNCTION publication_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
