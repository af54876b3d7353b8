"""The next blocks are made while the server takes the last one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")

_AHEAD = 2


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order, each made in another thread before it is asked for.

    What goes wrong there is raised here. An iterator that is left early is closed, in its thread.
    """
    end = object()

    def step() -> Item | object:
        return next(items, end)

    with ThreadPoolExecutor(1, "ahead") as pool:
        waiting: deque[Future[Item | object]] = deque(pool.submit(step) for _ in range(_AHEAD))
        try:
            while (item := waiting.popleft().result()) is not end:
                waiting.append(pool.submit(step))
                yield item  # type: ignore[misc] # it is not the end
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                pool.submit(close).result()
