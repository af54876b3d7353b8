"""The store from inside: version, roles, tables, clock, worker, log, witnesses, back-ups."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.doctor.check import Check, State, doubtful, fine, raised, wrong
from makegood.project.preparing import missing_migrations
from makegood.project.worker import STALLED_SECONDS
from makegood.store import Store
from makegood.trust.clock import now

_SKEW_SECONDS_MAX = 2.0
# Larger than the kernel's structure on any platform.
_TIMEX_BYTES = 512
_TIME_ERROR = 5
_SKEW_SECONDS_WRONG = 60.0
_LOG_DELAY_SECONDS_MAX = 60
_WITNESS_DELAY = timedelta(minutes=5)
_BACKUP_AGE = timedelta(days=2)
_APPEND_ONLY = ("audit_entry", "audit_leaf", "audit_checkpoint", "audit_signer")
_FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE")
# A store that was just restored is what lies in a back-up, as one that was just backed up.
_SINCE_BACKUP = """
SELECT max(written_at) FROM audit_entry WHERE kind IN ('store.backed_up', 'store.restored')
"""
_WAITING = """
SELECT count(*), min(e.written_at)
FROM audit_pending p JOIN audit_entry e ON e.entry_id = p.entry_id
"""
_WORKERS = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


def inside(store: Store, settings: Settings) -> Iterator[Check]:
    """Everything that the store itself can tell. Django must be set up over it."""
    row = _row("SELECT current_setting('server_version'), current_user")
    where = "in the data folder" if store.is_embedded else f"on {store.program.host}"
    yield fine("store", f"PostgreSQL {row[0].split()[0]} {where} lets '{row[1]}' in")
    yield _clock()
    yield _time_service()
    missing = missing_migrations()
    if missing:
        words = f"{len(missing)} migrations are missing, the first is {missing[0]}"
        yield wrong("tables", words, "run 'makegood migrate'")
        return
    yield fine("tables", "every migration of this version is applied")
    yield _rights()
    yield _keys(settings)
    yield _worker()
    yield _log()
    yield _channels(settings)
    yield from _lines()
    yield _head(settings)
    yield from _witnesses(settings)
    yield _backup()


def _clock() -> Check:
    """The machine's clock against the database's; half the time of the question is in doubt."""
    name = "clock"
    begun, before = monotonic(), now()
    there: datetime = _row("SELECT clock_timestamp()")[0]
    took = monotonic() - begun
    jumped = abs((now() - before).total_seconds() - took)
    skew = abs((there - before).total_seconds() - took / 2)
    words = f"this machine and the database are {skew:.1f} s apart"
    hint = "let a time service (chrony, systemd-timesyncd) keep both machines' clocks"
    if jumped > _SKEW_SECONDS_MAX:
        return wrong(name, f"this machine's clock jumped by {jumped:.1f} s while it was read", hint)
    if skew > _SKEW_SECONDS_WRONG:
        return wrong(name, words, hint)
    return doubtful(name, words, hint) if skew > _SKEW_SECONDS_MAX else fine(name, words)


def _time_service() -> Check:
    """Whether the kernel says that nothing disciplines its clock (adjtimex(2): TIME_ERROR).

    With the embedded store both clocks are one, so that comparing them says nothing.
    """
    name, library = "time service", ctypes.CDLL(None)
    ask = getattr(library, "adjtimex", None) or getattr(library, "ntp_adjtime", None)
    # Asking changes nothing: the first field, which says what to change, stays zero.
    if ask is not None and ask(ctypes.create_string_buffer(_TIMEX_BYTES)) == _TIME_ERROR:
        hint = "start chrony or systemd-timesyncd: hours, consents and signatures go by this clock"
        return doubtful(name, "nothing keeps this machine's clock right", hint)
    return fine(name, "the machine's clock is kept right, or does not say")


def _rights() -> Check:
    name = "rights"
    for table in _APPEND_ONLY:
        for right in _FORBIDDEN:
            may = _row("SELECT has_table_privilege(current_user, %s, %s)", table, right)[0]
            if may:
                words = f"the program may {right} in {table}, which must only grow"
                hint = "give the program a role of its own that neither owns tables nor is an "
                hint += "administrator; see docs/operating.md"
                return wrong(name, words, hint)
        if not _row("SELECT has_table_privilege(current_user, %s, 'INSERT')", table)[0]:
            hint = "run 'makegood migrate' as the owner; see docs/operating.md"
            return wrong(name, f"the program may not write {table}", hint)
    return fine(name, "the program can add to the log and change nothing in it")


def _keys(settings: Settings) -> Check:
    """Whether the master key opens what is in the store; no key is made by looking."""
    from makegood.trust.audit import newest_signer
    from makegood.trust.keys import MasterKey
    from makegood.trust.vault import check_keys

    name = "keys"
    if MasterKey.is_lost(settings):
        if newest_signer() is not None:
            hint = "put the copy of the master key back into the folder 'secrets'"
            return wrong(name, "the master key is gone, and the store has keys sealed by it", hint)
        return doubtful(name, "there is no master key yet", "it is made with the first record")
    try:
        key = MasterKey.open(settings)
        signer = newest_signer()
        if signer is not None:
            signer.opened(key)
        check_keys()
    except MakegoodError as error:
        return raised(name, error)
    return fine(name, "the master key opens the keys of the log and of the vault")


def _worker() -> Check:
    name, alive = "worker", _row(_WORKERS, STALLED_SECONDS)[0]
    if not alive:
        hint = "start 'makegood up', or 'makegood worker'"
        return doubtful(name, "no worker gives a sign of life", hint)
    return fine(name, f"{alive} at work")


def _log() -> Check:
    name = "log"
    waiting, oldest = _row(_WAITING)
    if not waiting:
        return fine(name, "every entry has its place in the tree")
    age = int((now() - oldest).total_seconds())
    words = f"{waiting:,} entries wait for their place, the oldest for {age:,} s"
    if age > _LOG_DELAY_SECONDS_MAX:
        return doubtful(name, words, "start a worker; run 'makegood audit verify'")
    return fine(name, words)


def _lines() -> Iterator[Check]:
    """Whether every programme in force that has snapshots is served by its newest one."""
    from makegood.publication import newest_version
    from makegood.redress.serving import is_served, registered_programmes

    known = [name for name in registered_programmes() if newest_version(name)]
    for name in known:
        if not is_served(name):
            words = f"the newest registered snapshot of '{name}' does not serve"
            yield doubtful("lines", words, "run 'makegood lines register DIR' with its folder")
            return
    if known:
        yield fine("lines", f"the newest snapshot serves for {', '.join(known)}")


def _head(settings: Settings) -> Check:
    """Whether the newest checkpoint is not older than the one remembered outside the database."""
    from makegood.trust.audit import HEAD_FILE, HeadFile, newest_checkpoint

    name = "log's head"
    try:
        remembered = HeadFile(settings.secrets / HEAD_FILE).read()
    except MakegoodError as error:
        return raised(name, error)
    newest = newest_checkpoint()
    if remembered is None:
        if newest is None:
            return fine(name, "nothing was signed yet")
        words = "this machine remembers no checkpoint outside of the database"
        return doubtful(name, words, "the next checkpoint is remembered; a worker signs them")
    size = newest.size if newest else 0
    is_same = newest is not None and newest.root == remembered.head.root
    if size < remembered.head.size or (size == remembered.head.size and not is_same):
        words = f"it covers {remembered.head.size:,} entries, and is not of the log that is there"
        return wrong(name, words, "keep the database as it is; run 'makegood audit verify'")
    return fine(name, f"{remembered.head.size:,} entries are remembered outside of the database")


def _witnesses(settings: Settings) -> Iterator[Check]:
    """One line for each witness that is behind, or one where none is."""
    from makegood.trust.audit import standing_of

    name, fresh = "witnesses", 0
    for witness in settings.witnesses:
        try:
            standing = standing_of(witness)
        except MakegoodError as error:
            yield raised(name, error)
            continue
        since = standing.behind_since
        if since is None or now() - since < _WITNESS_DELAY:
            fresh += 1
            continue
        words = f"{standing.name} is {standing.checkpoints_behind:,} checkpoints behind, the first"
        hint = "run 'makegood audit witness', which says why; the worker goes on trying"
        yield doubtful(name, f"{words} of {since.astimezone(settings.zone):%Y-%m-%d %H:%M}", hint)
    if not settings.witnesses:
        yield fine(name, "no outside witness is named in the settings")
    elif fresh == len(settings.witnesses):
        yield fine(name, "every witness has cosigned what it should have by now")


def _channels(settings: Settings) -> Check:
    from makegood.runs import channel_findings

    name, found = "channels", channel_findings(settings)
    if not found:
        return fine(name, "no file was put aside, and no pool of codes is low")
    words = f"{len(found)} things to look at, the first: {found[0].code} {found[0].message}"
    return doubtful(name, words, found[0].hint)


def _backup() -> Check:
    name, hint = "back-up", "run 'makegood backup DIR' every night, and keep it on another machine"
    at: datetime | None = _row(_SINCE_BACKUP)[0]
    if at is None:
        return doubtful(name, "there was no back-up yet", hint)
    age = now() - at
    words = f"the last back-up was made {age.days} days and {age.seconds // 3600} hours ago"
    return doubtful(name, words, hint) if age > _BACKUP_AGE else fine(name, words)


def _row(query: str, *values: str | float) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def unreachable(error: MakegoodError) -> Check:
    """A store that does not open."""
    finding = error.findings[0]
    return Check("store", State.WRONG, finding.message, finding.hint)
