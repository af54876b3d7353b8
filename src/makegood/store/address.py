"""Where a database is and who one is there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from makegood.kernel import Finding, MakegoodError


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a server, and the role with which one connects. The password is not shown."""

    host: str
    port: int
    database: str
    role: str
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, url: str, variable: str) -> Address:
        """The address that a URL or connection string names. Raises MakegoodError MG702."""
        hint = f"write {variable} as postgresql://ROLE:PASSWORD@HOST:5432/DATABASE"
        try:
            parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        except psycopg.ProgrammingError:
            raise MakegoodError(
                Finding("MG702", f"{variable} names no PostgreSQL database", hint)
            ) from None
        missing = [name for name in ("host", "dbname", "user") if not parts.get(name)]
        if missing:
            raise MakegoodError(
                Finding("MG702", f"{variable} does not say {', '.join(missing)}", hint)
            )
        taken = {name: parts.pop(name) for name in ("host", "dbname", "user")}
        port, password = parts.pop("port", "5432"), parts.pop("password", "")
        return cls(
            unquote(taken["host"]),
            int(port),
            taken["dbname"],
            taken["user"],
            password,
            tuple(sorted(parts.items())),
        )

    @property
    def connection_string(self) -> str:
        """As libpq reads it; it holds the password, so it is never printed."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=self.database,
            user=self.role,
            password=self.password or None,
            **dict(self.options),
        )

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection:
        """A new connection. Raises MakegoodError MG703 where nobody answers or lets one in."""
        try:
            return psycopg.connect(
                self.connection_string, autocommit=autocommit, connect_timeout=10
            )
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1].strip()
            raise MakegoodError(
                Finding(
                    "MG703",
                    f"the database '{self.database}' does not let '{self.role}' in: {reason}",
                    "see that the server runs and the address is right; 'makegood doctor' looks",
                )
            ) from None

    def at(self, database: str) -> Address:
        """The same server and role, another database."""
        return replace(self, database=database)
