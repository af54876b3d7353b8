"""Who files are exchanged with, and in which folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from makegood.channels.contract import ChannelName
from makegood.configuration import Settings

FOLDERS: Final = ("out", "ask", "in", "done", "aside", "sent")
"""Items and enquiries for the partner; answers from it, applied ones, unusable ones; own notes."""


FOLDER_MODE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Partner:
    """One that takes item files. ``customers`` says whether it is told the customer's pseudonym.

    Who works by the line does not need it.
    """

    channel: ChannelName
    customers: bool


_PARTNERS: Mapping[ChannelName, Partner] = {
    partner.channel: partner
    for partner in (
        Partner(ChannelName.PROVISIONING, customers=False),
        Partner(ChannelName.BILLING, customers=False),
        Partner(ChannelName.INSURER, customers=True),
    )
}


def partner_for(name: ChannelName) -> Partner:
    """The partner behind a channel. Raises KeyError for a channel without files of this kind."""
    return _PARTNERS[name]


@dataclass(frozen=True, slots=True)
class PartnerFolders:
    """The folders of one partner. All lie in one file system: files move between them whole."""

    root: Path

    @classmethod
    def of(cls, settings: Settings, name: str) -> PartnerFolders:
        """Those of a partner of this name, made where they are missing, for this user alone.

        What rights they were given since is the operator's.
        """
        folders = cls(settings.exchange_folder / name)
        folders.make()
        return folders

    def make(self) -> None:
        """Make those that are missing, for this user alone."""
        self.root.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
        for each in FOLDERS:
            (self.root / each).mkdir(FOLDER_MODE, exist_ok=True)

    @property
    def out(self) -> Path:
        """Item files, for the partner; its receipts for them."""
        return self.root / "out"

    @property
    def ask(self) -> Path:
        """Enquiries, for the partner."""
        return self.root / "ask"

    @property
    def incoming(self) -> Path:
        """Answer files, from the partner."""
        return self.root / "in"

    @property
    def done(self) -> Path:
        """Answer files that were applied."""
        return self.root / "done"

    @property
    def aside(self) -> Path:
        """Files that could not be used, each with a note why."""
        return self.root / "aside"

    @property
    def sent(self) -> Path:
        """What this side remembers of each message. Nobody else's."""
        return self.root / "sent"
