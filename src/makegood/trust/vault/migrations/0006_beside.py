"""What lets an act's own statement keep an account: nobody deletes or rotates meanwhile."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# A volatile function sees, behind the lock, what was committed while it waited for it; a statement
# that took the lock itself would go on with what it saw when it began.
_MAKE = """
CREATE FUNCTION vault_may_seal(sealed_in integer, with_keys bytea, whose text) RETURNS boolean
VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('makegood.vault.writers', 0));
    IF EXISTS (
        SELECT FROM vault_generation WHERE generation = sealed_in AND state = 'current'
        AND sha256(wrapped_keys) = with_keys)
    AND NOT EXISTS (SELECT FROM vault_deletion WHERE customer_id = whose) THEN
        RETURN true;
    END IF;
    RAISE EXCEPTION 'other keys are current, or the customer was deleted' USING ERRCODE = 'MGV01';
END $$;
"""


class Migration(migrations.Migration):
    """After the documents."""

    dependencies: ClassVar = [("vault", "0005_documents")]

    operations: ClassVar = [
        migrations.RunSQL(_MAKE, "DROP FUNCTION vault_may_seal(integer, bytea, text)"),
    ]
