"""Django's own backend for PostgreSQL, with one look at a connection that costs no way there."""
