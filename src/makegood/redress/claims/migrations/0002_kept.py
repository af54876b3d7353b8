"""What happened to a claim is added and never changed: by the program, for want of rights; by the owner too."""

from django.db import migrations

_KEPT = """
CREATE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of claims is only ever added to: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER claims_event_kept BEFORE UPDATE OR DELETE ON claims_event
    FOR EACH ROW EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_event_whole BEFORE TRUNCATE ON claims_event
    FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_claim_stays BEFORE DELETE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_refuse();
CREATE TRIGGER claims_claim_whole BEFORE TRUNCATE ON claims_claim
    FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON claims_event FROM makegood_program;
REVOKE DELETE, TRUNCATE ON claims_claim FROM makegood_program;
"""
_BACK = """
GRANT DELETE, TRUNCATE ON claims_claim TO makegood_program;
GRANT UPDATE, DELETE, TRUNCATE ON claims_event TO makegood_program;
DROP TRIGGER claims_claim_whole ON claims_claim;
DROP TRIGGER claims_claim_stays ON claims_claim;
DROP TRIGGER claims_event_whole ON claims_event;
DROP TRIGGER claims_event_kept ON claims_event;
DROP FUNCTION claims_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial")]

    operations = [migrations.RunSQL(_KEPT, _BACK)]
