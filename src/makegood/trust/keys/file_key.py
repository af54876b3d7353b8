"""A master key in a file: a Tink keyset that only the program's own account can read."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

import tink
from tink import aead, secret_key_access

from makegood.trust.keys.problems import readable_by_others, unusable_file

_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_BYTES_MAX = 1 << 20


def file_aead(file: Path, *, make: bool) -> aead.Aead:
    """The primitive of the keyset in ``file``, which is made where there is none and ``make``.

    Raises MakegoodError MG720 where others can reach it, MG721 where it cannot be read.
    """
    try:
        if make:
            _make(file)
        text = _read(file)
    except OSError as error:
        raise unusable_file(file, (error.strerror or "it cannot be read").lower()) from None
    try:
        handle = tink.json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
        return handle.primitive(aead.Aead)
    except (tink.TinkError, ValueError):
        # What Tink says may repeat a part of the file.
        raise unusable_file(file, "it is no Tink keyset") from None


def _read(file: Path) -> str:
    _expect_private(file.parent, file.parent.stat())
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as source:
        # Asked of the open file, so that it cannot be another one by the time it is read.
        _expect_private(file, os.fstat(source.fileno()))
        content = source.read(_BYTES_MAX)
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise unusable_file(file, "it is no Tink keyset") from None


def _expect_private(path: Path, status: os.stat_result) -> None:
    others = status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if others or status.st_uid not in {os.geteuid(), 0}:
        raise readable_by_others(path)


def _make(file: Path) -> None:
    """Make the file whole or not at all; of several processes one wins, the others take its."""
    if file.exists():
        return
    file.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    _expect_private(file.parent, file.parent.stat())
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    text = tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    partial = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(partial, file)
    finally:
        partial.unlink()
    _keep_folder(file.parent)


def _keep_folder(folder: Path) -> None:
    """Have the new name on disk before the first thing is wrapped by the key."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
