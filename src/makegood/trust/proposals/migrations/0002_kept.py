"""What was proposed stays as it was: rights of the program taken, and triggers beside them."""

from __future__ import annotations

from django.db import migrations

_FUNCTIONS = """
CREATE FUNCTION proposal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'proposals are kept: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION proposal_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        RAISE EXCEPTION 'a proposal begins open, not %', NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION proposal_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.proposal_id, NEW.kind, NEW.subject, NEW.contents, NEW.contents_hash, NEW.reason,
        NEW.proposed_by, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.proposal_id, OLD.kind, OLD.subject, OLD.contents, OLD.contents_hash, OLD.reason,
        OLD.proposed_by, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'what was proposed never changes'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('open', 'approved'), ('open', 'refused'), ('open', 'withdrawn'), ('open', 'expired'),
        ('approved', 'used'), ('approved', 'expired'))
    THEN
        RAISE EXCEPTION 'a proposal that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.decided_by IS NOT NULL AND
       (NEW.decided_by, NEW.decided_at, NEW.decision_reason, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.decided_by, OLD.decided_at, OLD.decision_reason, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'what was decided never changes'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER proposal_begins BEFORE INSERT ON proposal
    FOR EACH ROW EXECUTE FUNCTION proposal_begins();
CREATE TRIGGER proposal_goes_on BEFORE UPDATE ON proposal
    FOR EACH ROW EXECUTE FUNCTION proposal_goes_on();
CREATE TRIGGER proposal_kept BEFORE DELETE ON proposal
    FOR EACH ROW EXECUTE FUNCTION proposal_refuse();
CREATE TRIGGER proposal_whole BEFORE TRUNCATE ON proposal
    FOR EACH STATEMENT EXECUTE FUNCTION proposal_refuse();
CREATE TRIGGER policy_version_kept BEFORE UPDATE OR DELETE ON policy_version
    FOR EACH ROW EXECUTE FUNCTION proposal_refuse();
CREATE TRIGGER policy_version_whole BEFORE TRUNCATE ON policy_version
    FOR EACH STATEMENT EXECUTE FUNCTION proposal_refuse();

REVOKE UPDATE, DELETE, TRUNCATE ON proposal, policy_version FROM makegood_program;
GRANT UPDATE (state, expires_at, decided_by, decided_at, decision_reason, used_at, used_by)
    ON proposal TO makegood_program;
"""

_BACK = """
GRANT UPDATE, DELETE, TRUNCATE ON proposal, policy_version TO makegood_program;
DROP TRIGGER policy_version_whole ON policy_version;
DROP TRIGGER policy_version_kept ON policy_version;
DROP TRIGGER proposal_whole ON proposal;
DROP TRIGGER proposal_kept ON proposal;
DROP TRIGGER proposal_goes_on ON proposal;
DROP TRIGGER proposal_begins ON proposal;
DROP FUNCTION proposal_goes_on();
DROP FUNCTION proposal_begins();
DROP FUNCTION proposal_refuse();
"""


class Migration(migrations.Migration):
    """Rights and triggers."""

    dependencies = [("proposals", "0001_initial")]

    operations = [migrations.RunSQL(_FUNCTIONS, _BACK)]
