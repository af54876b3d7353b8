"""One request at a time to the provisioning system, and what its answer means.

``POST <url>/items`` with the header ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header:
a quoted text) brings an item; ``GET <url>/items/<key>`` asks about one. docs/channels.md describes
both. Nothing here tries twice: that is decided where it is known what was sent before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from threading import local
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from makegood.channels.contract import Outcome
from makegood.channels.exchange import CODE_LETTERS_MAX
from makegood.channels.web.pace import Pace
from makegood.channels.web.problems import refused
from makegood.configuration import Settings

TOO_MANY_REQUESTS, NOT_FOUND, CONFLICT = 429, 404, 409
OK, CREATED, ACCEPTED, UNPROCESSABLE = 200, 201, 202, 422
SERVER_ERRORS = range(500, 600)
_CODE = re.compile(rf"[A-Za-z0-9_.:-]{{0,{CODE_LETTERS_MAX}}}")


class Standing(StrEnum):
    """How an item stands after a request."""

    ANSWERED = "answered"
    PENDING = "pending"
    """The other side has it and is not done yet."""
    ABSENT = "absent"
    """The other side was asked, and does not have it."""
    NOT_TAKEN = "not_taken"
    """The request certainly did not take effect: no connection, or too many requests."""
    SILENT = "silent"
    """Nobody knows whether the request took effect."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request. ``retry_after`` are seconds the server asks for."""

    standing: Standing
    outcome: Outcome = Outcome.UNKNOWN
    code: str = ""
    at: datetime | None = None
    retry_after: float | None = None


class ProvisioningClient:
    """Requests to the provisioning system; each thread has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.provisioning_url.rstrip("/")
        self._timeout = settings.provisioning_timeout_seconds
        self._authorization = settings.provisioning_authorization
        self._own = local()
        self.pace = Pace(settings.provisioning_requests_per_second)

    def bring(self, key: str, item: Mapping[str, Any]) -> Reply:
        """Bring one item under its key. Raises MakegoodError MG806 where requests are refused."""
        return self._reply("POST", f"{self._url}/items", {"Idempotency-Key": f'"{key}"'}, item)

    def look(self, key: str) -> Reply:
        """Ask about one item. Raises MakegoodError MG806 where requests are refused."""
        return self._reply("GET", f"{self._url}/items/{key}")

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            if self._authorization:
                session.headers["Authorization"] = self._authorization.get_secret_value()
        return session

    def _reply(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        self.pace.wait()
        try:
            response = self._session().request(
                method,
                url,
                headers=headers,
                json=body,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.ConnectionError as error:
            return Reply(Standing.NOT_TAKEN if _never_left(error) else Standing.SILENT)
        except requests.RequestException:
            return Reply(Standing.SILENT)
        return _meaning(method, response)


def _meaning(method: str, response: requests.Response) -> Reply:
    status = response.status_code
    if status in (OK, CREATED, UNPROCESSABLE):
        return _answer(status, response)
    if status in (ACCEPTED, CONFLICT):
        return Reply(Standing.PENDING)
    if status == NOT_FOUND and method == "GET":
        return Reply(Standing.ABSENT)
    wait = _retry_after(response)
    if status == TOO_MANY_REQUESTS:
        return Reply(Standing.NOT_TAKEN, retry_after=wait)
    if status in SERVER_ERRORS:
        # A gateway says 502 or 504 of a request that was carried out behind it.
        return Reply(Standing.SILENT, retry_after=wait)
    raise refused(method, status)


def _answer(status: int, response: requests.Response) -> Reply:
    """The outcome that a body tells; one that tells none leaves the item as it was: silent."""
    try:
        said = response.json()
        outcome = Outcome(said["outcome"])
        code = str(said.get("code") or "")
        at = datetime.fromisoformat(said["at"]) if said.get("at") else None
    except (requests.JSONDecodeError, ValueError, TypeError, KeyError, AttributeError):
        return Reply(Standing.SILENT)
    fits = (status == UNPROCESSABLE) is (outcome is Outcome.FAILED) or status != UNPROCESSABLE
    if not fits or not _CODE.fullmatch(code) or outcome is Outcome.UNKNOWN:
        return Reply(Standing.SILENT)
    if at and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Reply(Standing.ANSWERED, outcome, "" if outcome is Outcome.DONE else code, at)


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether there was no connection at all, so that no byte of the request left."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _retry_after(response: requests.Response) -> float | None:
    """Seconds from a header Retry-After (RFC 9110, 10.2.3): a number, or a date.

    A date counts from the server's own: this machine's clock has nothing to do with it.
    """
    said = response.headers.get("Retry-After", "")
    if said.isdecimal():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        present = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (moment - present).total_seconds())
    except (ValueError, TypeError):
        return None
