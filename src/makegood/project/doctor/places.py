"""The data folder, its permissions, its disk; the port; what the settings say of the network."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from makegood.configuration import Settings
from makegood.kernel import MakegoodError
from makegood.project.doctor.check import Check, doubtful, fine, wrong
from makegood.project.sites import Site, sites
from makegood.project.supervisor.alone import holder
from makegood.project.supervisor.looking import expect_port_free, lives

_ROOM_BYTES_MIN = 2_000_000_000
_ROOM_BYTES_LITTLE = 10_000_000_000
_GIGABYTE = 1_000_000_000
_EVERYBODY_PREFIX_BITS = 8


def places(settings: Settings) -> Iterator[Check]:
    """Everything that can be seen without the store."""
    yield _folder(settings.home)
    if settings.home.is_dir():
        yield _secrets(settings)
        yield _room(settings.home)
    for site in sites(settings):
        yield _port(settings, site)
    yield from _network(settings)
    yield _scanner(settings)


def _folder(home: Path) -> Check:
    name = "data folder"
    hint = "name a folder that this account may write in MAKEGOOD_HOME"
    if not home.exists():
        above = next(folder for folder in home.absolute().parents if folder.exists())
        if not os.access(above, os.W_OK | os.X_OK):
            return wrong(name, f"{home} is not there and cannot be made", hint)
        return doubtful(name, f"{home} is not there yet", "it is made by 'makegood up'")
    if not home.is_dir():
        return wrong(name, f"{home} is not a folder", hint)
    if not os.access(home, os.W_OK | os.X_OK):
        return wrong(name, f"this account may not write in {home}", hint)
    return fine(name, f"{home} is there and can be written")


def _secrets(settings: Settings) -> Check:
    name = "secrets"
    paths = [settings.secrets, *settings.secrets.glob("*")] if settings.secrets.is_dir() else []
    for path in paths:
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & 0o077:
            wanted = "700" if path.is_dir() else "600"
            hint = f"run 'chmod {wanted} {path}', and see who could read it until now"
            return wrong(name, f"others can reach {path}", hint)
    return fine(name, f"nobody else can read the {max(0, len(paths) - 1)} files with secrets")


def _room(home: Path) -> Check:
    name, free = "disk", shutil.disk_usage(home).free
    words = f"{free / _GIGABYTE:.1f} GB are free"
    if free < _ROOM_BYTES_MIN:
        return wrong(name, words, "make room: a full disk stops the store")
    if free < _ROOM_BYTES_LITTLE:
        return doubtful(name, words, "make room before it is full")
    return fine(name, words)


def _port(settings: Settings, site: Site) -> Check:
    name = "port" if site.name == "web" else "port of the customers' pages"
    process = holder(settings.home)
    if process and lives(site):
        return fine(name, f"'makegood up' serves {site.address} (process {process})")
    try:
        expect_port_free(site)
    except MakegoodError as error:
        finding = error.findings[0]
        return wrong(name, finding.message, finding.hint)
    return fine(name, f"{site.address} is free")


def _scanner(settings: Settings) -> Check:
    """Whether documents that customers hand in are scanned."""
    from makegood.trust.vault import check_scanner

    name = "document scanner"
    try:
        is_there = check_scanner(settings)
    except MakegoodError as error:
        finding = error.findings[0]
        return wrong(name, finding.message, "start it, or see MAKEGOOD_DOCUMENT_SCANNER")
    if is_there:
        return fine(name, "documents that customers hand in are scanned")
    return fine(name, "none is named: documents are taken in unscanned")


def _network(settings: Settings) -> Iterator[Check]:
    name = "network"
    wide = [
        str(network)
        for network in (*settings.proxies, *(one.addresses for one in settings.networks))
        if network.prefixlen < _EVERYBODY_PREFIX_BITS
    ]
    if wide:
        hint = "name the very addresses of the proxies and offices"
        words = f"{', '.join(wide)} takes in much of the world"
        yield wrong(name, f"{words}: whoever comes from there is believed", hint)
    served = [site.host_and_port[0] for site in sites(settings)]
    open_to_others = [host for host in served if host not in {"127.0.0.1", "::1", "localhost"}]
    if open_to_others and not settings.proxies:
        hint = "serve on 127.0.0.1 behind a proxy with TLS, and name it in MAKEGOOD_PROXIES"
        words = f"pages are served on {', '.join(open_to_others)} without a proxy, so without TLS"
        yield doubtful(name, words, hint)
    elif not wide:
        count = len(settings.networks)
        yield fine(name, f"{len(settings.proxies)} proxies and {count} networks are named")
