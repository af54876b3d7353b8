"""A part of ``makegood up`` ends when ``makegood up`` is gone, however it went.

The parent holds one end of a pipe and never writes. The system closes it when the parent ends, also
when it is killed; the part reads the end of the pipe then. This works the same on Linux and macOS.
"""

from __future__ import annotations

import os
import signal
from threading import Thread, main_thread
from time import sleep

_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.5


def end_with_pipe(descriptor: int) -> None:
    """Ask this process to stop once the pipe's other end is closed; kill it if it does not."""
    Thread(target=_wait_for_end, args=(descriptor,), name="parent", daemon=True).start()


def end_with_parent() -> None:
    """The same for a process that was only forked: it looks whether it still has its parent."""
    Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _wait_for_end(descriptor: int) -> None:
    os.read(descriptor, 1)
    _end()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_POLL_SECONDS)
    _end()


def _end() -> None:
    # To the main thread: only that one runs Python's handlers, and it may be waiting.
    main = main_thread().ident
    if main is not None:
        signal.pthread_kill(main, signal.SIGTERM)
    sleep(_PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
