"""Processes that send and are killed at a chosen step onto the disk, the database or the network.

They are forked from a server that has everything imported, so that one starts in a moment.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import nullcontext
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from makegood.channels import ChannelName, Shipment
from makegood.configuration import Settings
from tests.channels.contract import MADE_AT, Rig

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.channels.child_imports"])
_NEVER = 1_000_000


def steps_of(rig: Rig, shipment: Shipment) -> int:
    """How many points there are at which sending can be killed: before and after each step."""
    count = CONTEXT.Value("i", 0)
    assert _ended(rig, shipment, _NEVER, count) == 0
    return int(count.value)


def killed_at(rig: Rig, shipment: Shipment, step: int) -> bool:
    """Send, killed at a step counted from 0; whether it came so far."""
    ended = _ended(rig, shipment, step, CONTEXT.Value("i", 0))
    assert ended in (0, -signal.SIGKILL)
    return ended == -signal.SIGKILL


def _ended(rig: Rig, shipment: Shipment, step: int, count: Synchronized[int]) -> int:
    child = CONTEXT.Process(
        target=_send, args=(_environment(rig.settings), rig.channel.name, shipment, step, count)
    )
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child hangs"
    return child.exitcode


def _environment(settings: Settings) -> dict[str, str]:
    changed = settings.model_dump(exclude_defaults=True)
    said = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in changed.items()
        if isinstance(value, str | int | Path | SecretStr)
    }
    return {**os.environ, **{f"MAKEGOOD_{name.upper()}": str(it) for name, it in said.items()}}


def _send(
    environment: dict[str, str],
    name: ChannelName,
    shipment: Shipment,
    step: int,
    count: Synchronized[int],
) -> None:
    """What a child does."""
    os.environ.clear()
    os.environ.update(environment)
    from makegood.channels.registry import channel_named
    from makegood.kernel import FixedClock
    from makegood.project import prepared
    from makegood.trust import clock

    settings = Settings.load()
    database = prepared(settings, migrate=False) if settings.database_url else nullcontext()
    # Not at night, when no message leaves.
    with database, clock.use(FixedClock(MADE_AT)):
        channel = channel_named(name, settings)
        arm(step, count)
        channel.send(shipment)
    # What happens when the interpreter ends is no part of sending.
    os._exit(0)


def arm(step: int, count: Synchronized[int]) -> None:
    """Die at the so-manieth point: before or after a call that others can see the effect of."""
    import requests
    from django.db.backends.base.base import BaseDatabaseWrapper

    def pass_by() -> None:
        with count.get_lock():
            present = count.value
            count.value += 1
        if present == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(usual: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            pass_by()
            found = usual(*args, **named)
            pass_by()
            return found

        return call

    for place, names in (
        (os, ("fsync", "link", "replace", "rename", "unlink")),
        (requests.Session, ("request",)),
        (BaseDatabaseWrapper, ("commit",)),
    ):
        for name in names:
            setattr(place, name, counted(getattr(place, name)))
