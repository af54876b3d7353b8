"""``makegood up`` as a process of its own, and what it says."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from urllib.error import URLError

import psutil

SECONDS_MAX = 60.0
SAID: list[str] = []
"""All that the started ones of this process have said."""
_MAIN = "from makegood.cli import main; main()"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def environment_of(home: Path, port: int) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAKEGOOD_")},
        "MAKEGOOD_HOME": str(home),
        "MAKEGOOD_WEB_ADDRESS": f"127.0.0.1:{port}",
        "MAKEGOOD_PORTAL_ADDRESS": "",
        "MAKEGOOD_STOP_SECONDS": "20",
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _MAIN, *arguments]


@dataclass
class Up:
    """A running ``makegood up``."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    events: list[dict[str, object]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def wait_for(self, part: str, event: str, count: int = 1) -> dict[str, object]:
        """The event, once it has been told so often."""
        until = time.monotonic() + SECONDS_MAX
        while time.monotonic() < until:
            found = [e for e in list(self.events) if (e["part"], e["event"]) == (part, event)]
            if len(found) >= count:
                return found[-1]
            if self.process.poll() is not None:
                time.sleep(0.5)  # what it said last may still be on its way
                break
            time.sleep(0.05)
        told = "\n".join(map(str, self.events)) + "".join(self.errors)
        raise AssertionError(f"{part} {event} was not told {count} times:\n{told}")

    def parts(self) -> list[psutil.Process]:
        """All processes below it."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as got:
                return got.status, got.read().decode()
        except URLError as error:
            return getattr(error, "code", 0), ""

    def ended(self) -> int:
        return self.process.wait(SECONDS_MAX)


@contextmanager
def running_up(home: Path, port: int | None = None, **variables: str) -> Iterator[Up]:
    """Start it; whatever is left of it is killed."""
    port = port or free_port()
    process = subprocess.Popen(
        command("up", "--json"),
        env=environment_of(home, port) | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    up = Up(process, home, port)

    def read() -> None:
        assert process.stdout
        for line in process.stdout:
            up.events.append(json.loads(line))

    def read_errors() -> None:
        assert process.stderr
        up.errors.extend(process.stderr)

    readers = [Thread(target=read, daemon=True), Thread(target=read_errors, daemon=True)]
    for reader in readers:
        reader.start()
    try:
        yield up
    finally:
        left = up.parts()
        process.kill()
        for part in left:
            try:
                part.kill()
            except psutil.NoSuchProcess:
                continue
        process.wait()
        for reader in readers:
            reader.join(5)
        SAID.extend([*map(json.dumps, up.events), *up.errors])
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
