"""The database."""

from __future__ import annotations

from pydantic import Field, SecretStr

from makegood.configuration.subjects.part import Part


class StoreSettings(Part):
    """Which PostgreSQL is used; the embedded one where nothing is said."""

    database_url: SecretStr | None = Field(
        default=None,
        description="a PostgreSQL server, as the program's role; without it the embedded one",
    )
    database_owner_url: SecretStr | None = Field(
        default=None,
        description="the same database as the role that owns the tables, for migrations",
    )
