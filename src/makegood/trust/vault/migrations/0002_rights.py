"""What the program may not do, and how ciphertexts are kept."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# A deletion stays, and so does the row that says which generations there were.
_RIGHTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON vault_deletion FROM makegood_program;
REVOKE DELETE, TRUNCATE ON vault_generation FROM makegood_program;
"""

# A ciphertext does not compress; trying takes time and saves nothing.
_STORAGE = """
ALTER TABLE vault_person ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE vault_account ALTER COLUMN sealed SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """After the tables."""

    dependencies: ClassVar = [("vault", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(_RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(_STORAGE, migrations.RunSQL.noop),
    ]
