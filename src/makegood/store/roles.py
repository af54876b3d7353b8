"""Who may do what in the database.

The *owner* makes tables; the *program* works with what is in them and belongs to a group, so that
migrations can take rights from the group whatever the program's role is called. In the schema
``serving`` the program makes tables of its own: copies that can be made again at any time, and that
no back-up holds.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

PROGRAM_GROUP = "makegood_program"
OWNER_ROLE = "makegood_owner"
PROGRAM_ROLE = "makegood"

_GROUP = """
DO $$ BEGIN
    CREATE ROLE makegood_program NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""

# Rights are given per kind of object, for whatever the owner makes from now on.
_FROM_NOW_ON = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
DEFAULT_RIGHTS = (
    "GRANT USAGE ON SCHEMA public TO makegood_program",
    f"{_FROM_NOW_ON} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO makegood_program",
    f"{_FROM_NOW_ON} GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO makegood_program",
    f"{_FROM_NOW_ON} GRANT EXECUTE ON FUNCTIONS TO makegood_program",
    "CREATE SCHEMA IF NOT EXISTS serving",
    "GRANT USAGE, CREATE ON SCHEMA serving TO makegood_program",
)


def make_group(connection: psycopg.Connection) -> None:
    """Make the program's group where it is missing. Needs the right to make roles."""
    connection.execute(_GROUP)


def make_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """Make a role that may log in, or give the one that exists this password."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL(verb), sql.Identifier(role), sql.Literal(password)
        )
    )


def give_rights(owner: psycopg.Connection) -> None:
    """Let the program's group work with what the owner makes from now on, in this database."""
    for statement in DEFAULT_RIGHTS:
        owner.execute(statement)
