"""Events to an endpoint that takes JSON lines by POST."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import requests

from makegood.trust.monitoring.destinations.protocol import (
    Batch,
    NotDelivered,
    as_line,
    reason_of,
)

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
RETRY_AFTER_SECONDS_MAX = 300.0
_TOO_LARGE = 413


class HttpDestination:
    """Posts batches as ``application/x-ndjson``; any 2xx answer means that all arrived."""

    def __init__(
        self,
        url: str,
        *,
        authorization: str = "",
        authorities: Path | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.url = url
        self._authorization = authorization
        self._authorities = authorities
        self._answer_seconds = answer_seconds

    @property
    def name(self) -> str:
        """The URL without user, password and query, which may be secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def deliver(self, batch: Batch) -> None:
        """Post the batch; where it is too large for the endpoint, in halves."""
        answer = self._posted(batch)
        if answer.status_code == _TOO_LARGE and len(batch) > 1:
            half = len(batch) // 2
            self.deliver(batch[:half])
            self.deliver(batch[half:])
        elif not 200 <= answer.status_code < 300:  # noqa: PLR2004 - success of HTTP
            raise NotDelivered(f"it answers {answer.status_code}", _retry_after(answer))

    def _posted(self, batch: Batch) -> requests.Response:
        headers = {"Content-Type": "application/x-ndjson"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        try:
            return requests.post(
                self.url,
                data=b"".join(as_line(event) + b"\n" for event in batch),
                headers=headers,
                timeout=(CONNECT_SECONDS, self._answer_seconds),
                verify=str(self._authorities) if self._authorities else True,
                # Events and the header go to the address that was set, and nowhere else.
                allow_redirects=False,
            )
        except requests.Timeout:
            raise NotDelivered("no answer in time") from None
        except requests.exceptions.SSLError:
            raise NotDelivered("its certificate is not trusted") from None
        except (requests.RequestException, OSError) as error:
            raise NotDelivered(f"cannot be reached ({reason_of(error)})") from None


def _retry_after(answer: requests.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return min(float(said), RETRY_AFTER_SECONDS_MAX) if said.isdecimal() else None
