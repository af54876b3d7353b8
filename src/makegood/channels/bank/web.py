"""Requests to the bank over HTTP: a token, a time limit, a rate limit, and a few tries.

Only questions go this way, and asking twice changes nothing, so a failed request is made again.
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Final

import requests

from makegood.channels.bank.problems import refused, unreachable
from makegood.configuration import Settings

_TRIES: Final = 3
_FIRST_PAUSE_SECONDS: Final = 0.25
_PAUSE_SECONDS_MAX: Final = 10.0
_ANSWER_BYTES_MAX: Final = 4 << 20
_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Pace:
    """At most so many requests a second from this process, evenly spaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, requests_a_second: float) -> None:
        with self._lock:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + 1 / requests_a_second
        time.sleep(max(0.0, at - now))


_PACE = _Pace()


def is_set_up(settings: Settings) -> bool:
    """Whether there is a bank to ask."""
    return bool(settings.bank_address)


def asked(settings: Settings, path: str, question: dict[str, Any], what: str) -> dict[str, Any]:
    """The bank's answer to a question, both JSON objects.

    Raises Unreachable: MG817 where it did not answer in time or not in JSON, MG818 where it
    refused. ``what`` names the question in the message; nothing of question or answer is told.
    """
    if not is_set_up(settings):
        raise unreachable(what, "'bank_address' is empty")
    pause, reason = _FIRST_PAUSE_SECONDS, ""
    with requests.Session() as session:
        session.trust_env = False
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(pause)
                pause = min(pause * 4, _PAUSE_SECONDS_MAX)
            _PACE.wait(settings.bank_requests_a_second)
            try:
                answer = session.post(
                    settings.bank_address.rstrip("/") + path,
                    json=question,
                    headers=_headers(settings),
                    timeout=settings.bank_wait_seconds,
                    allow_redirects=False,
                    stream=True,
                )
            except requests.RequestException as error:
                reason = _said(error)
                continue
            with answer:
                if answer.status_code in _AGAIN:
                    reason = f"status {answer.status_code}"
                    pause = max(pause, _asked_pause(answer))
                    continue
                if answer.status_code != requests.codes.ok:
                    raise refused(what, f"status {answer.status_code}")
                try:
                    return _content(answer)
                except (requests.RequestException, ValueError):
                    reason = "the answer is no JSON object"
    raise unreachable(what, reason)


def _headers(settings: Settings) -> dict[str, str]:
    if settings.bank_token_file is None:
        return {}
    try:
        token = settings.bank_token_file.read_text("utf-8").strip()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise unreachable("enquiry", f"the file of 'bank_token_file': {reason}") from None
    return {"Authorization": f"Bearer {token}"}


def _content(answer: requests.Response) -> dict[str, Any]:
    body = answer.raw.read(_ANSWER_BYTES_MAX + 1, decode_content=True)
    if len(body) > _ANSWER_BYTES_MAX:
        raise ValueError("too long")
    read = json.loads(body)
    if not isinstance(read, dict):
        raise ValueError("no object")  # noqa: TRY004 - as any other text
    return read


def _asked_pause(answer: requests.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), _PAUSE_SECONDS_MAX) if told.isdecimal() else 0.0


def _said(error: requests.RequestException) -> str:
    """What kind of failure it was: the error's own text may hold the address with a token."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate is not trusted"
    return "no connection"
