"""What happened to a case is added and never changed: by the program, for want of rights; by the owner too."""

from django.db import migrations

_KEPT = """
CREATE FUNCTION cases_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of cases is only ever added to: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER cases_event_kept BEFORE UPDATE OR DELETE ON cases_event
    FOR EACH ROW EXECUTE FUNCTION cases_refuse();
CREATE TRIGGER cases_event_whole BEFORE TRUNCATE ON cases_event
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse();
CREATE TRIGGER cases_case_stays BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_refuse();
CREATE TRIGGER cases_case_whole BEFORE TRUNCATE ON cases_case
    FOR EACH STATEMENT EXECUTE FUNCTION cases_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON cases_event FROM makegood_program;
REVOKE DELETE, TRUNCATE ON cases_case FROM makegood_program;
"""
_BACK = """
GRANT DELETE, TRUNCATE ON cases_case TO makegood_program;
GRANT UPDATE, DELETE, TRUNCATE ON cases_event TO makegood_program;
DROP TRIGGER cases_case_whole ON cases_case;
DROP TRIGGER cases_case_stays ON cases_case;
DROP TRIGGER cases_event_whole ON cases_event;
DROP TRIGGER cases_event_kept ON cases_event;
DROP FUNCTION cases_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
