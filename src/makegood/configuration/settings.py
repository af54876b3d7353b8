"""The settings of an installation, composed of those of each subject.

Each field is the variable ``MAKEGOOD_<NAME>``, or the key ``<name>`` of the settings file; the
variable is the stronger. A list is written as JSON in a variable.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic_settings import SettingsConfigDict

from makegood.configuration.loading import Loaded
from makegood.configuration.subjects.bank import BankSettings
from makegood.configuration.subjects.customers import (
    CustomerSettings,
    DocumentSettings,
    WaitingRoomSettings,
)
from makegood.configuration.subjects.demonstration import (
    DEMONSTRATION_MARK,
    DemonstrationSettings,
)
from makegood.configuration.subjects.home import HomeSettings
from makegood.configuration.subjects.messages import MessageSettings
from makegood.configuration.subjects.monitoring import MonitoringSettings
from makegood.configuration.subjects.partners import AnswerSettings, PartnerSettings
from makegood.configuration.subjects.runs import RunSettings
from makegood.configuration.subjects.sites import CustomerSiteSettings, StaffSiteSettings
from makegood.configuration.subjects.staff import StaffSettings, TimeSettings
from makegood.configuration.subjects.store import StoreSettings
from makegood.configuration.subjects.trust import TrustSettings


class Settings(
    # The guide shows the fields of the last part first: so pydantic collects them.
    MonitoringSettings,
    DemonstrationSettings,
    RunSettings,
    AnswerSettings,
    MessageSettings,
    BankSettings,
    PartnerSettings,
    TimeSettings,
    StaffSettings,
    DocumentSettings,
    WaitingRoomSettings,
    CustomerSettings,
    CustomerSiteSettings,
    StaffSiteSettings,
    TrustSettings,
    StoreSettings,
    HomeSettings,
    Loaded,
):
    """How this installation is set up. Frozen; ``Settings.load()`` reads it."""

    model_config = SettingsConfigDict(env_prefix="MAKEGOOD_", frozen=True, extra="forbid")

    # Django's settings, of which these are one, ask every value for this word, each time it is
    # read. A model says slowly that it has no such thing: several times a page.
    _mask_wrapped: ClassVar[bool] = True

    @property
    def exchange_folder(self) -> Path:
        """The folder in which files are exchanged: a folder for each partner."""
        return self.exchange or self.home / "exchange"

    @property
    def is_demonstration(self) -> bool:
        """Whether the data folder is a rehearsal's or a demonstration's: all in it is made up.

        Only with the database that lies in it: a server's is nobody's to play with.
        """
        return self.database_url is None and (self.home.parent / DEMONSTRATION_MARK).is_file()
