"""Customers are looked up, and codes sent, behind the page's back.

A page answers before anybody has looked whether there is such a customer: how long it takes tells
nothing. Where the database was away for a moment it is tried again: a code that comes twice is the
same code. What cannot be sent then is told to the program's log; the customer asks for another.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import InterfaceError, OperationalError, connections

from makegood.kernel import MakegoodError
from makegood.trust.customers.problems import PleaseWait

_THREADS = 2
_WAITING_MAX = 500
_BUSY_SECONDS = 10
_AGAIN_AFTER_SECONDS = (0.2, 1.0)

_log = logging.getLogger("makegood.customers")
_room = threading.BoundedSemaphore(_WAITING_MAX)
_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="code")
_under_way: set[Future[None]] = set()


def hand_over(work: Callable[[], None]) -> None:
    """Have it done by another thread, soon. Raises PleaseWait (MG641) where too much waits."""
    if not _room.acquire(blocking=False):
        raise PleaseWait(_BUSY_SECONDS)
    future = _threads.submit(_do, work)
    _under_way.add(future)
    future.add_done_callback(_over)


def wait_until_handed_over(seconds: float = 10.0) -> bool:
    """Wait until everything that was handed over is done; whether it was in time."""
    return not wait(set(_under_way), seconds).not_done


def _over(future: Future[None]) -> None:
    _under_way.discard(future)
    _room.release()


def _do(work: Callable[[], None]) -> None:
    try:
        _tried(work)
    except Exception as error:
        # The text of a database's error may hold a value; a finding's and a state's code never do.
        why = str(error) if isinstance(error, MakegoodError) else type(error).__name__
        state = getattr(error.__cause__, "sqlstate", None)
        _log.warning("a one-time code could not be sent: %s", f"{why} {state}" if state else why)


def _tried(work: Callable[[], None]) -> None:
    for pause_seconds in _AGAIN_AFTER_SECONDS:
        try:
            _once(work)
        except (InterfaceError, OperationalError):
            time.sleep(pause_seconds)
        else:
            return
    _once(work)


def _once(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connections.close_all()
