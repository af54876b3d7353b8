"""Files that came in from the bank: read, or set aside with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from hashlib import file_digest
from os import utime
from pathlib import Path

import structlog

from makegood.channels.bank.csv_in import read_results
from makegood.channels.bank.csv_template import CsvTemplate
from makegood.channels.bank.enquiry import read_kept
from makegood.channels.bank.exchange_folder import ExchangeFolder, move, partial_of, place_bytes
from makegood.channels.bank.notification import read_notification
from makegood.channels.bank.problems import Unreadable, totals_differ, unreadable
from makegood.channels.bank.reading import Broken, Contradiction, Reading
from makegood.channels.bank.sent import mark_heard_of, sent_message, sent_payments
from makegood.channels.bank.status_report import read_status_report
from makegood.channels.bank.xml_in import message_kind
from makegood.channels.contract import ChannelName, Incoming
from makegood.configuration import Settings
from makegood.kernel import Finding, masked_text
from makegood.trust import clock

_log = structlog.stdlib.get_logger("makegood.bank")


def arrived(
    settings: Settings,
    folder: ExchangeFolder,
    template: CsvTemplate | None,
    tell: Callable[[Finding], object],
) -> Iterator[Incoming]:
    """What came in and is not put away, oldest first. What cannot be read is set aside."""
    for path in folder.waiting():
        try:
            yield read(path, settings, folder, template)
        except FileNotFoundError:
            continue  # another worker put it away
        except Unreadable as problem:
            set_aside(path, folder, problem.findings[0], tell)


def read(
    path: Path, settings: Settings, folder: ExchangeFolder, template: CsvTemplate | None
) -> Incoming:
    """What one file says. Raises Unreadable: MG815 where it is broken, MG816 by its totals."""
    with path.open("rb") as file:
        source_id = file_digest(file, "sha256").hexdigest()
    sent_of = partial(sent_message, folder.sent)
    reading = Reading("", sent_of, partial(sent_payments, folder.sent), settings.zone)
    name = masked_text(path.name)
    try:
        match path.suffix.lower():
            case ".csv":
                reading.kind = "csv"
                read_results(path, template, reading)
            case ".json":
                reading.kind = read_kept(path, settings, reading)
            case _:
                _read_xml(path, reading)
        answers = reading.table()
    except Broken as problem:
        raise unreadable(name, str(problem)) from None
    except Contradiction as problem:
        raise totals_differ(name, str(problem)) from None
    return Incoming(
        ChannelName.BANK,
        source_id,
        path.name,
        path,
        tuple(reading.message_ids),
        answers,
        answers.num_rows,
        {"kind": reading.kind, "skipped": dict(reading.skipped)},
    )


def set_aside(
    path: Path, folder: ExchangeFolder, finding: Finding, tell: Callable[[Finding], object]
) -> None:
    """Out of the way, with a note why beside it."""
    name = f"{clock.now():%Y%m%d%H%M%S}-{path.name}"
    if move(path, folder.aside, name):
        _stamp(folder.aside / name)
        place_bytes(folder.aside / f"{name}.why", f"{finding.render()}\n".encode())
        _stamp(folder.aside / f"{name}.why")
        _log.warning("file of the bank set aside", file=masked_text(path.name), code=finding.code)
        tell(finding)


def put_away(taken: Incoming, folder: ExchangeFolder) -> None:
    """Out of ``in``, into ``done``; again is harmless."""
    for message_id in taken.message_ids:
        mark_heard_of(folder.sent, message_id)
    name = f"{taken.source_id[:12]}-{taken.path.name}"
    if move(taken.path, folder.done, name):
        _stamp(folder.done / name)


def remove_old(settings: Settings, folder: ExchangeFolder) -> None:
    """Remove what was applied, set aside or never fetched longer ago than ``bank_keep_days``.

    Never fetched is the one of two files that the bank does not take, once it took the other. What
    ``sent`` says is kept for good: answers come in as late as the bank likes.
    """
    before = (clock.now() - timedelta(days=settings.bank_keep_days)).timestamp()
    for place in (folder.done, folder.aside, folder.out):
        for path in place.iterdir() if place.is_dir() else ():
            try:
                is_old = path.is_file() and path.stat().st_mtime < before
                if is_old and (place != folder.out or _is_left_over(path, folder)):
                    path.unlink()
            except FileNotFoundError:
                continue  # another worker removed it


def _is_left_over(path: Path, folder: ExchangeFolder) -> bool:
    sent = sent_message(folder.sent, path.stem)
    if sent is None or len(sent.files) < 2 or path.suffix != f".{sent.files[0]}":  # noqa: PLR2004
        return False
    other = path.with_suffix(f".{sent.files[-1]}")
    return not other.exists() and not partial_of(other).exists()


def _read_xml(path: Path, reading: Reading) -> None:
    reading.kind = message_kind(path)
    if reading.kind.startswith("pain.002"):
        read_status_report(path, reading)
    else:
        read_notification(path, reading)


def _stamp(path: Path) -> None:
    """Its age counts by the program's clock from now on."""
    at = clock.now().timestamp()
    try:
        utime(path, (at, at))
    except FileNotFoundError:
        return
