"""In which language a customer wants to be told: the one in which they read the pages last."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_KEEP = """
INSERT INTO messages_language AS kept (customer_id, language) VALUES (%s, %s)
ON CONFLICT (customer_id) DO UPDATE SET language = EXCLUDED.language
WHERE kept.language <> EXCLUDED.language
"""
_OF = "SELECT customer_id, language FROM messages_language WHERE customer_id = ANY(%s)"


def keep_language(customer_id: str, language: str) -> None:
    """Remember the language that somebody reads who has shown that they are this customer."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [customer_id, language])


def languages_of(customer_ids: Sequence[str]) -> dict[str, str]:
    """The languages of these customers, as far as they are known."""
    with connection.cursor() as cursor:
        cursor.execute(_OF, [list(customer_ids)])
        return {row[0]: row[1] for row in cursor.fetchall()}
