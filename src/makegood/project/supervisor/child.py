"""One process that ``makegood up`` keeps running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from time import monotonic, sleep

from makegood.project.supervisor.events import Part

_MODULE = "makegood.project.parts"
STANDARD_ERROR = 2
BACK_OFF_SECONDS_MAX = 30.0
_STEADY_SECONDS = 60.0
"""A process that lived as long is started again at once when it dies."""
_POLL_SECONDS = 0.05


class Child:
    """A part that runs in a process and a session of its own.

    So Ctrl-C reaches only the one who stops the parts in order, and a part can be ended with all
    its processes. ``alive`` is the readable end of a pipe that closes when the parent ends.
    """

    def __init__(self, part: Part, alive: int) -> None:
        self.part = part
        self._command = [sys.executable, "-m", _MODULE, part.value, "--alive", str(alive)]
        self._alive = alive
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self.deaths = 0
        self.start_at = 0.0

    @property
    def process_id(self) -> int | None:
        """The number of its process, while it runs."""
        return self._process.pid if self._process is not None else None

    def start(self) -> int:
        """Start it; the number of its process. Raises OSError."""
        # What it says goes to the standard error: the standard output holds the events alone.
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            self._command,
            pass_fds=(self._alive,),
            stdin=subprocess.DEVNULL,
            stdout=STANDARD_ERROR,
            start_new_session=True,
        )
        self._started_at = monotonic()
        return self._process.pid

    def ended(self) -> str:
        """How it ended, in words, once it has, and what is left is cleared; empty before."""
        if self._process is None:
            return ""
        code = self._process.poll()
        if code is None:
            return ""
        self._kill_group()
        self._process = None
        steady = monotonic() - self._started_at >= _STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        self.start_at = monotonic() + min(BACK_OFF_SECONDS_MAX, 2.0 ** (self.deaths - 1))
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    @property
    def is_due(self) -> bool:
        """Whether it does not run and its back-off is over."""
        return self._process is None and monotonic() >= self.start_at

    def stop(self, seconds: float) -> bool:
        """Ask it to end, and kill it after that time; whether it ended by itself."""
        if self._process is None:
            return True
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        until = monotonic() + seconds
        while self._process.poll() is None and monotonic() < until:
            sleep(_POLL_SECONDS)
        willing = self._process.poll() is not None
        self.kill()
        return willing

    def kill(self) -> None:
        """End it at once, with all its processes."""
        if self._process is not None:
            self._kill_group()
            self._process.wait()
            self._process = None

    def _kill_group(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
