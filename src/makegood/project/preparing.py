"""A process is got ready: the store opened, Django set up, the tables brought up to date."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError, ShiftedClock
from makegood.store import Store, opened
from makegood.store import prepared as give_rights

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

SETTINGS_MODULE = "makegood.project.settings"
_NEXT_TRY_SECONDS = 0.2


@contextmanager
def prepared(
    settings: Settings | None = None, *, migrate: bool = True, new_master_key: bool = False
) -> Iterator[Store]:
    """The store of this process, open while this holds, with Django set up over it.

    The tables are brought up to date where the owner's address is known; otherwise tables that
    are behind raise MakegoodError MG707. Raises MakegoodError MG700 to MG706 as ``opened`` does,
    MG721 where the master key is lost (unless ``new_master_key`` says that the settings name one
    that is to be made), and MG760 to MG767 where the policies are not sound, or not those that two
    persons approved.
    """
    settings = settings or Settings.load()
    with ExitStack() as stack:
        store = stack.enter_context(opened(settings))
        set_up(store)
        from django.db import connections  # Django can be imported only now

        stack.callback(connections.close_all)
        if migrate:
            bring_up_to_date(store)
            expect_approved_policies()
            if not new_master_key:
                expect_master_key(settings)
        yield store


def missing_migrations() -> list[str]:
    """The migrations that the tables lack, by name, in order. Django must be set up."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def known_migrations() -> set[str]:
    """All migrations that this version has, by name. Django must be set up."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def expect_up_to_date() -> None:
    """Raises MakegoodError MG707 where the tables lack migrations."""
    missing = missing_migrations()
    if missing:
        raise _behind(len(missing))


def expect_approved_policies() -> None:
    """The policies are sound and in force, or come into force because two persons approved them.

    Raises MakegoodError MG760 to MG767: nothing starts on policies that one person has changed.
    """
    from makegood.trust.access import policies
    from makegood.trust.proposals import require_approved

    require_approved(policies().version)


def expect_master_key(settings: Settings) -> None:
    """A lost master key is told, and not replaced by another that opens nothing.

    Raises MakegoodError MG721 where its file is gone and keys of the store are wrapped by it.
    """
    from makegood.trust.audit import newest_signer
    from makegood.trust.keys import MasterKey

    if MasterKey.is_lost(settings) and newest_signer() is not None:
        hint = "put the copy of the file back, or see that its disk is mounted"
        words = "the master key's file is gone, and the store has keys wrapped by it"
        raise MakegoodError(Finding("MG721", words, hint))


def bring_up_to_date(store: Store) -> int:
    """Apply what migrations are missing, as the owner; how many. Raises MakegoodError MG706, MG707.

    On a server of somebody else's the owner first lets the program's group work with its tables.
    """
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    lacking = missing_migrations()
    if not lacking:
        return 0
    if store.owner is None:
        raise _behind(len(lacking))
    give_rights(store)
    with connections["owner"].cursor() as cursor:
        # Two processes may come at once; the second finds nothing left to do. It asks again and
        # again: an index that is made beside its readers waits for every statement that stands,
        # and one that stood here would wait for it.
        while not _is_locked(cursor):
            time.sleep(_NEXT_TRY_SECONDS)
        try:
            executor = MigrationExecutor(connections["owner"])
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            executor.migrate(executor.loader.graph.leaf_nodes(), plan=missing)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('makegood.migrate'))")
    return len(missing)


def _is_locked(cursor: CursorWrapper) -> bool:
    """Whether this connection alone may bring the tables up to date from now on."""
    cursor.execute("SELECT pg_try_advisory_lock(hashtext('makegood.migrate'))")
    return bool(cursor.fetchone() == (True,))


def _behind(count: int) -> MakegoodError:
    return MakegoodError(
        Finding(
            "MG707",
            f"the tables are {count} migrations behind this version",
            "run 'makegood migrate'; for a server of yours, with MAKEGOOD_DATABASE_OWNER_URL",
        )
    )


def set_up(store: Store) -> None:
    """Let Django work on this store; the first time in a process, set Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    import django
    from django.conf import settings

    from makegood.project import databases

    move_clock(Settings.load())
    databases.use(store)
    if not settings.configured or not _is_set_up():
        django.setup()
    from makegood.trust.monitoring import set_up_traces

    set_up_traces()


def move_clock(settings: Settings) -> None:
    """In a demonstration it is the day that it shows. Raises MakegoodError MG691 anywhere else."""
    if not settings.demo_shift_seconds:
        return
    if not settings.is_demonstration:
        hint = "take MAKEGOOD_DEMO_SHIFT_SECONDS away; 'makegood demo' runs a demonstration"
        words = "the clock is moved in a demonstration's folder alone, and this is none"
        raise MakegoodError(Finding("MG691", words, hint))
    from makegood.trust import clock

    clock.start_with(ShiftedClock(timedelta(seconds=settings.demo_shift_seconds)))


def _is_set_up() -> bool:
    from django.apps import apps

    return apps.ready
