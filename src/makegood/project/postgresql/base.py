"""What Django loads as the database's backend (its setting ``ENGINE`` names this package)."""

from __future__ import annotations

from select import POLLIN, poll

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresqlWrapper


class DatabaseWrapper(PostgresqlWrapper):
    """Django's, but for how it sees at a request's beginning whether the connection still lives.

    A server that ends, or ends a connection, says so to the socket. Where nothing was said there
    the connection is taken as it is; where something was, Django asks the server, as it always
    does. So a request that finds all well, as nearly all do, asks nothing.
    """

    def is_usable(self) -> bool:
        """Whether the connection can be used."""
        driver = self.connection
        if driver is None or driver.closed:
            return False
        socket = poll()
        socket.register(driver.fileno(), POLLIN)
        # POLLHUP and POLLERR are told without being asked for.
        return not socket.poll(0) or super().is_usable()
