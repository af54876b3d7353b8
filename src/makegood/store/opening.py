"""The store of an installation: opened, and ready for its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.store.address import Address
from makegood.store.embedded import Embedded
from makegood.store.roles import OWNER_ROLE, PROGRAM_GROUP, PROGRAM_ROLE, give_rights

OLDEST_VERSION = 16

_MAY = """
SELECT has_schema_privilege('public', 'CREATE')
   AND (has_database_privilege(current_database(), 'CREATE')
        OR to_regnamespace('serving') IS NOT NULL)
"""
"""Tables in one schema; and the other schema, where it is not there yet."""


@dataclass(frozen=True, slots=True)
class Store:
    """The database of an installation as its two roles reach it.

    ``owner`` is None where a server is named and its owner's address is not: then tables cannot be
    made or changed from here.
    """

    program: Address
    owner: Address | None
    is_embedded: bool


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store, open while this holds; the embedded server is started where it does not run.

    Raises MakegoodError MG702 to MG706.
    """
    if settings.database_url is None:
        embedded = Embedded(settings.home)
        with embedded.used():
            yield Store(
                embedded.address(PROGRAM_ROLE), embedded.address(OWNER_ROLE), is_embedded=True
            )
        return
    program = Address.of(settings.database_url.get_secret_value(), "MAKEGOOD_DATABASE_URL")
    owner = None
    if settings.database_owner_url is not None:
        url = settings.database_owner_url.get_secret_value()
        owner = Address.of(url, "MAKEGOOD_DATABASE_OWNER_URL")
    _check(program)
    yield Store(program, owner, is_embedded=False)


def ensure_running(settings: Settings) -> bool:
    """Start the embedded server again where it died while in use; whether that was so.

    A server that was named is its administrator's. Raises MakegoodError MG704, MG705, MG709.
    """
    return settings.database_url is None and Embedded(settings.home).ensure()


def prepared(store: Store) -> None:
    """Let the program work with what the owner will make. Raises MakegoodError MG703, MG706."""
    if store.owner is None:
        return
    with store.owner.connect(autocommit=True) as connection:
        may = connection.execute(_MAY).fetchone()
        if not (may and may[0]):
            owner = store.owner.role
            raise MakegoodError(
                Finding(
                    "MG706",
                    f"the role '{owner}' may not make tables in '{store.owner.database}'",
                    f"as an administrator: ALTER DATABASE {store.owner.database} OWNER TO {owner};",
                )
            )
        give_rights(connection)


def _check(program: Address) -> None:
    with program.connect(autocommit=True) as connection:
        version = connection.info.server_version // 10_000
        if version < OLDEST_VERSION:
            raise MakegoodError(
                Finding(
                    "MG706",
                    f"the server is PostgreSQL {version}",
                    f"use PostgreSQL {OLDEST_VERSION} or newer",
                )
            )
        member = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(%s, oid, 'member')",
            [PROGRAM_GROUP, program.role],
        ).fetchone()
        if member is None:
            raise MakegoodError(
                Finding(
                    "MG706",
                    f"the role '{program.role}' does not belong to '{PROGRAM_GROUP}'",
                    f"as an administrator: CREATE ROLE {PROGRAM_GROUP} NOLOGIN; "
                    f"GRANT {PROGRAM_GROUP} TO {program.role};",
                )
            )
