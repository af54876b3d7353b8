"""The master key: it wraps the keys of the vault and of the log, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import tink
from tink import aead

from makegood.configuration import Settings
from makegood.trust.keys.file_key import file_aead
from makegood.trust.keys.problems import other_master_key, service_failed, wrong_address
from makegood.trust.keys.services import service_aead

FILE_NAME = "master-key.json"


class MasterKey:
    """Wraps small secrets. Made by ``MasterKey.open``; it shows where it is, never what."""

    def __init__(self, address: str, primitive: aead.Aead) -> None:
        self.address = address
        """Where the key is: a file's path or the address of a service's key."""
        self._primitive = primitive

    def __repr__(self) -> str:
        return f"MasterKey({self.address!r})"

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The master key that the settings name; its file is made at the first use.

        Raises MakegoodError MG720 where others can reach the file, MG721 where it is no keyset,
        MG722 for a wrong address, MG723 where a service's client is not installed, MG724 where
        the service fails.
        """
        return cls._at(settings.master_key or str(settings.secrets / FILE_NAME), make=True)

    @classmethod
    def is_lost(cls, settings: Settings) -> bool:
        """Whether the settings name a file that is not there; ``open`` would make another key."""
        address = settings.master_key or str(settings.secrets / FILE_NAME)
        is_file = "://" not in address or address.startswith("file://")
        return is_file and not Path(address.removeprefix("file://")).expanduser().exists()

    @classmethod
    def existing(cls, address: str) -> Self:
        """The master key at an address, as ``MAKEGOOD_MASTER_KEY`` would name it; none is made.

        Raises as ``open``, and MakegoodError MG721 where the file is not there.
        """
        return cls._at(address, make=False)

    @classmethod
    def _at(cls, address: str, *, make: bool) -> Self:
        aead.register()
        if "://" in address and not address.startswith("file://"):
            return cls(address, service_aead(address))
        file = Path(address.removeprefix("file://")).expanduser()
        if not file.is_absolute():
            raise wrong_address("is a path that does not begin at the root")
        return cls(str(file), file_aead(file, make=make))

    def wrap(self, data: bytes, associated: bytes) -> bytes:
        """``data`` sealed; only the same ``associated`` opens it. Raises MakegoodError MG724."""
        try:
            wrapped: bytes = self._primitive.encrypt(data, associated)
        except tink.TinkError as error:
            raise service_failed(self.address, _reason(error)) from None
        return wrapped

    def unwrap(self, wrapped: bytes, associated: bytes) -> bytes:
        """What ``wrap`` was given.

        Raises MakegoodError MG725 where another master key wrapped it, it was changed, or
        ``associated`` is another; MG724 where the service fails.
        """
        try:
            data: bytes = self._primitive.decrypt(wrapped, associated)
        except tink.TinkError as error:
            if _is_of_a_service(error):
                raise service_failed(self.address, _reason(error)) from None
            raise other_master_key(self.address) from None
        return data


def _is_of_a_service(error: tink.TinkError) -> bool:
    """Whether a service's client failed: Tink hands its exception on as the argument.

    A failure of Tink's own cryptography comes the same way, as a PythonTinkException.
    """
    cause = error.args[0] if error.args else None
    return isinstance(cause, Exception) and type(cause).__name__ != "PythonTinkException"


def _reason(error: tink.TinkError) -> str:
    """The kind of failure alone: a service's own words may repeat what it was sent."""
    return type(error.args[0]).__name__ if _is_of_a_service(error) else "it cannot encrypt"
