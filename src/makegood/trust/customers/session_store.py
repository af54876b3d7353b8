"""What the customers' site remembers of a browser: in a table of its own, sealed as for staff.

Who reads the database, or a copy of it, can neither take over a session nor read what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest
from django.utils import timezone

from makegood.trust.staff import SessionStore as SealedStore

if TYPE_CHECKING:
    from makegood.trust.customers.models import Browser, Stay

KEY = "makegood_customer"
"""Under which name a browser's contents say which session is open in it."""


class SessionStore(SealedStore):
    """A browser's contents; ``stay`` is the customer's session, read by the same query."""

    stay: Stay | None = None
    _browser: Browser | None = None

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """The table: a cookie of the staff's site finds nothing here."""
        from makegood.trust.customers.models import Browser

        return Browser

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found, self._browser = self._browser, None
        read = found if found is not None else super()._get_session_from_db()
        self.stay = getattr(read, "stay", None)
        return read

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row, which names the customer's session besides."""
        made = super().create_model_instance(data)
        held = data.get(KEY)
        made.stay_id = UUID(held) if held else None  # type: ignore[attr-defined]
        return made

    @property
    def is_unread(self) -> bool:
        """Whether there is a cookie, and nobody has asked yet what it stands for."""
        return bool(self.session_key) and not hasattr(self, "_session_cache")

    def take(self, found: Browser) -> None:
        """What another statement has read for this cookie: it need not be asked for again."""
        self._browser = found


@dataclass(frozen=True, slots=True)
class SessionSought:
    """The statement that finds a request's session, for one that reads more of its customer.

    It gives one row or none; ``customer_id`` is one of its ``columns``.
    """

    statement: str
    columns: tuple[str, ...]
    values: Mapping[str, object]


def session_sought(request: HttpRequest) -> SessionSought | None:
    """What finds the session of a request; None where it has none, or it was read already."""
    from makegood.trust.customers.models import open_browser, open_browser_columns

    store = request.session
    if not isinstance(store, SessionStore) or not store.is_unread:
        return None
    # Django judges its sessions by the machine's clock.
    values = {"session_key": store.row_key, "expire_date__gt": timezone.now()}
    return SessionSought(open_browser(), open_browser_columns(), values)


def session_found(request: HttpRequest, row: tuple[Any, ...]) -> None:
    """Take the row that ``session_sought`` gave; whether its session may go on is asked as ever."""
    from makegood.trust.customers.models import browser_of

    store = request.session
    if isinstance(store, SessionStore) and row and row[0] is not None:
        store.take(browser_of(row))
