"""How settings are read: from the environment and one TOML file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    TomlConfigSettingsSource,
)

from makegood.configuration.problems import findings_of, unreadable
from makegood.configuration.subjects.home import default_home
from makegood.configuration.subjects.networks import Network
from makegood.configuration.subjects.trust import Witness

FILE_VARIABLE = "MAKEGOOD_SETTINGS"
FILE_NAME = "makegood.toml"


class Loaded(BaseSettings):
    """Settings that come from variables and from the file, the variable being the stronger."""

    @classmethod
    def load(cls) -> Self:
        """The settings of the environment and the file.

        Raises MakegoodError MG700 where the file cannot be read, MG701 where a value is wrong.
        """
        try:
            return cls()
        except ValidationError as error:
            known = (*cls.model_fields, *Network.model_fields, *Witness.model_fields)
            raise findings_of(error, settings_file(), known) from None
        except (OSError, ValueError) as error:
            raise unreadable(error, settings_file()) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not taken
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not taken
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First what the caller gives, then the environment, then the file."""
        file = settings_file()
        if not file.exists() and FILE_VARIABLE not in os.environ:
            return init_settings, env_settings
        file.stat()
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)


def settings_file() -> Path:
    """The file of settings: the one that is named, or the one in the data folder."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named)
    home = os.environ.get("MAKEGOOD_HOME")
    return (Path(home) if home else default_home()) / FILE_NAME
