"""What the customers' site remembers of a browser: in a table of its own, sealed as for staff.

Who reads the database, or a copy of it, can neither take over a session nor read what is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.sessions.base_session import AbstractBaseSession

from makegood.trust.staff import SessionStore as SealedStore

if TYPE_CHECKING:
    from makegood.trust.customers.models import Stay

KEY = "makegood_customer"
"""Under which name a browser's contents say which session is open in it."""


class SessionStore(SealedStore):
    """A browser's contents; ``stay`` is the customer's session, read by the same query."""

    stay: Stay | None = None

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """The table: a cookie of the staff's site finds nothing here."""
        from makegood.trust.customers.models import Browser

        return Browser

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = super()._get_session_from_db()
        self.stay = getattr(found, "stay", None)
        return found

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row, which names the customer's session besides."""
        made = super().create_model_instance(data)
        held = data.get(KEY)
        made.stay_id = UUID(held) if held else None  # type: ignore[attr-defined]
        return made
