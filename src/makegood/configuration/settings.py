"""The settings of an installation.

Each field is the variable ``MAKEGOOD_<NAME>``, or the key ``<name>`` of the settings file; the
variable is the stronger. A list is written as JSON in a variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from makegood.configuration.problems import findings_of, unreadable

FILE_VARIABLE = "MAKEGOOD_SETTINGS"
FILE_NAME = "makegood.toml"
DEMONSTRATION_MARK = "rehearsal.json"
"""The file beside a data folder that holds nothing but what was made up."""


ANSWER_HOURS: Mapping[str, int] = {
    "bank": 24,
    "billing": 24,
    "provisioning": 6,
    "insurer": 48,
    "sms": 24,
    "mail": 48,
    "vouchers": 1,
}


class Network(BaseModel):
    """A stretch of addresses and what it is to the policies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    addresses: IPvAnyNetwork = Field(description="in CIDR form: 10.1.0.0/16")
    is_a: Literal["office", "vpn", "shop"] = Field(description="what policies call it")


class Witness(BaseModel):
    """An outside witness of the audit log's checkpoints (C2SP tlog-witness)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="the submission prefix of the witness")
    verifier_key: str = Field(description="its verifier key: name+hash+base64")


def _default_home() -> Path:
    return user_data_path("makegood")


class Settings(BaseSettings):
    """How this installation is set up. Frozen; ``Settings.load()`` reads it."""

    model_config = SettingsConfigDict(env_prefix="MAKEGOOD_", frozen=True, extra="forbid")

    home: Path = Field(
        default_factory=_default_home,
        description="the program's data folder: the embedded database, keys, back-ups",
    )

    # --- The store ---
    database_url: SecretStr | None = Field(
        default=None,
        description="a PostgreSQL server, as the program's role; without it the embedded one",
    )
    database_owner_url: SecretStr | None = Field(
        default=None,
        description="the same database as the role that owns the tables, for migrations",
    )

    # --- Trust ---
    master_key: str = Field(
        default="",
        description="what wraps all keys: a file's path, or gcp-kms://, aws-kms://, hcvault://",
    )
    policies: Path = Field(
        default_factory=lambda: _beside_the_package("policies"),
        description="the folder of Cedar policies",
    )
    log_origin: str = Field(
        default="makegood.invalid/log",
        pattern=r"^[^\s+]+$",
        description="the audit log's name in its checkpoints: a name of yours, without a space",
    )
    witnesses: tuple[Witness, ...] = Field(
        default=(), description="outside witnesses of the audit log's checkpoints"
    )

    # --- The web ---
    web_address: str = Field(
        default="127.0.0.1:8000",
        pattern=r"^[^\s]+:\d{1,5}$",
        description="where the staff pages are served",
    )
    web_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="the names under which the pages are reached",
    )
    web_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="processes that serve pages"
    )
    stop_seconds: Annotated[int, Field(ge=1, le=3600)] = Field(
        default=60, description="how long 'makegood up' lets pages and jobs finish when it stops"
    )
    proxies: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="addresses of the proxies whose headers are believed, in CIDR form",
    )
    networks: tuple[Network, ...] = Field(
        default=(), description="which addresses are office, vpn or shop; all others are outside"
    )
    web_https: bool = Field(
        default=False,
        description="the pages are reached over https: cookies are sent over nothing else",
    )

    # --- The customers' site ---
    portal_address: str = Field(
        default="127.0.0.1:8001",
        pattern=r"^([^\s]+:\d{1,5})?$",
        description="where the customers' pages are served; empty: nowhere",
    )
    portal_hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="the names under which the customers' pages are reached",
    )
    portal_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="processes that serve customers' pages"
    )
    portal_https: bool = Field(
        default=False,
        description="the customers' pages are reached over https: cookies are sent over nothing "
        "else",
    )
    customer_session_idle_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        default=15, description="minutes without a request after which a customer's session ends"
    )
    customer_session_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        default=2, description="hours after which a customer's session ends in any case"
    )
    customer_code_minutes: Annotated[int, Field(ge=1, le=10)] = Field(
        default=3, description="minutes for which a customer's one-time code counts"
    )
    customer_codes_a_day: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="one-time codes that a customer can ask for in a day"
    )
    portal_oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="the address of an OpenID Connect provider at which customers sign in; "
        "empty: none",
    )
    portal_oidc_client_id: str = Field(
        default="", description="what the customers' pages are called at that provider"
    )
    portal_oidc_client_secret_file: Path | None = Field(
        default=None, description="the file with the secret that the customers' provider gave"
    )
    portal_oidc_name: str = Field(
        default="회원 계정 · Member account",
        description="what customers are told that provider's accounts are called",
    )
    portal_oidc_customer_claim: str = Field(
        default="sub",
        min_length=1,
        description="the claim of the provider's token that is the customer's pseudonym",
    )
    portal_oidc_second_factor: tuple[str, ...] = Field(
        default=("mfa",),
        description="values of that provider's 'amr' or 'acr' that mean a second factor was asked",
    )

    portal_inside_max: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0,
        description="how many customers are inside at once before others wait; 0: as measured",
    )
    portal_admissions_a_minute: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=0,
        description="how many customers are let in within a minute; 0: as many as may be inside",
    )
    portal_target_milliseconds: Annotated[int, Field(ge=10, le=60_000)] = Field(
        default=500,
        description="95 of 100 customers' pages are to take less; the limit is measured by it",
    )
    portal_tickets_a_source: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=200,
        description="how many from one address wait or are inside at once; this machine: any",
    )

    # --- Documents that customers hand in ---
    document_bytes_max: Annotated[int, Field(ge=1_024, le=26_214_400)] = Field(
        default=5_242_880, description="how large a document may be that is handed in, in bytes"
    )
    document_scanner: str = Field(
        default="",
        pattern=r"^(clamd:///[^\s]+|clamd://[^\s/]+)?$",
        description="a virus scanner for documents: clamd:///run/clamav/clamd.ctl, or "
        "clamd://host:3310; empty: none",
    )

    # --- Staff ---
    session_idle_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        default=15, description="minutes without a request after which a session ends"
    )
    session_hours: Annotated[int, Field(ge=1, le=24)] = Field(
        default=8, description="hours after which a session ends whatever is done in it"
    )
    device_certificate_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="the header in which a proxy says which client certificate it has checked",
    )
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="the address of the company's OpenID Connect provider; empty: none",
    )
    oidc_client_id: str = Field(
        default="", description="what this installation is called at the provider"
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="the file with the secret that the provider gave"
    )
    oidc_name: str = Field(
        default="회사 계정 · Company account",
        description="what the button to sign in at the provider says",
    )
    oidc_second_factor: tuple[str, ...] = Field(
        default=("mfa",),
        description="values of the provider's 'amr' or 'acr' that mean a second factor was asked",
    )

    time_zone: str = Field(
        default="Asia/Seoul", description="the zone of working hours and of reports"
    )

    # --- The outside: what leaves and what comes in ---
    exchange: Path | None = Field(
        default=None,
        description="the folder of files for partners and from them; without it 'exchange' in home",
    )
    provisioning_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="the address of the provisioning system, for HTTP; empty: files",
    )
    provisioning_authorization: SecretStr | None = Field(
        default=None,
        description="the header Authorization of requests to the provisioning system",
    )
    provisioning_requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=50, description="the most requests in a second to the provisioning system"
    )
    provisioning_connections: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="connections to the provisioning system at once, for each worker"
    )
    provisioning_timeout_seconds: Annotated[int, Field(ge=1, le=300)] = Field(
        default=10, description="seconds that an answer of the provisioning system is waited for"
    )
    voucher_pool_low_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=10, description="a pool of codes is told to be low from this share left on"
    )

    bank_debtor_name: str = Field(
        default="", max_length=140, description="who pays, as the bank knows the company"
    )
    bank_debtor_bank: str = Field(
        default="",
        pattern=r"^([0-9]{3})?$",
        description="the bank that pays: its code of three digits at the KFTC",
    )
    bank_debtor_account: SecretStr | None = Field(
        default=None, description="the number of the account that pay-outs are taken from"
    )
    bank_csv_template: Path | None = Field(
        default=None,
        description="a template (TOML) of the bank's own CSV, written beside the ISO 20022 file",
    )
    bank_fetches: Literal["xml", "csv"] = Field(
        default="xml",
        description="which of the two files the bank takes; it appears after the other",
    )
    bank_address: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="where the bank answers enquiries: holder of an account, result of a transfer; "
        "https, or http on this machine; empty: nowhere",
    )
    bank_token_file: Path | None = Field(
        default=None, description="the file with the token of the bank's enquiries"
    )
    bank_institution: str = Field(
        default="",
        pattern=r"^([A-Z0-9]{10})?$",
        description="what this company is called in the bank's enquiries: ten letters",
    )
    bank_failed_codes: tuple[str, ...] = Field(
        default=("412", "415", "416", "419", "420"),
        description="results of an enquiry that mean: not paid, and never will be; "
        "any other than 000 leaves it open",
    )
    bank_wait_seconds: Annotated[float, Field(gt=0, le=120)] = Field(
        default=10, description="how long the bank's answer to an enquiry is waited for"
    )
    bank_requests_a_second: Annotated[float, Field(gt=0, le=10_000)] = Field(
        default=20, description="enquiries a process may make in a second"
    )
    bank_keep_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=30,
        description="days after which files of the bank that were applied or set aside are removed",
    )

    sms_sender: str = Field(
        default="",
        pattern=r"^[0-9-]{0,15}$",
        description="the number that short messages come from, as it is registered",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="where mail goes: smtps://USER:PASSWORD@HOST:PORT (TLS), smtp+starttls://…, "
        "or smtp://… without TLS",
    )
    mail_keep_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=30,
        description="days after which notices of undelivered mail that were applied or set aside "
        "are removed",
    )
    smtp_ca: Path | None = Field(
        default=None,
        description="a file of certificates by which that server is known; else the machine's own",
    )
    event_message_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=3,
        description="days after which an event that nobody was told of is not told any more; 0: "
        "no events are told",
    )
    mail_from: str = Field(
        default="",
        pattern=r"^([^@\s]+@[^@\s]+)?$",
        description="the address that mail comes from, and that bounces come back to",
    )

    answer_hours: Mapping[str, Annotated[int, Field(ge=1, le=1_000)]] = Field(
        default=ANSWER_HOURS,
        description="hours after which a partner is asked about what it has not answered, by "
        "channel; those that are not named keep the default",
    )

    demo_shift_seconds: int = Field(
        default=0,
        description="by how much the clock is moved, in a demonstration's folder alone; "
        "'makegood demo' sets it",
    )

    # --- Monitoring ---
    events: tuple[str, ...] = Field(
        default=(),
        description="where events go in OCSF form: file:///…, syslog+udp://, syslog+tcp://, "
        "syslog+tls://HOST:PORT, https://…",
    )
    events_authorization: SecretStr | None = Field(
        default=None,
        description="the header Authorization with which events are sent over http",
    )
    events_ca: Path | None = Field(
        default=None,
        description="a file of certificates by which receivers of events are known; "
        "else the machine's own",
    )
    metrics_networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="addresses that may read /metrics, in CIDR form; this machine always may",
    )
    log_format: Literal["auto", "json", "plain"] = Field(
        default="auto",
        description="how the program's own log looks: auto is plain on a terminal, else JSON",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="from which weight on the program's own log tells of things"
    )

    @field_validator("home", "policies", "exchange", "bank_csv_template", mode="after")
    @classmethod
    def _from_the_root(cls, path: Path | None) -> Path | None:
        """The same folder wherever a process goes later."""
        return path.expanduser().absolute() if path else None

    @field_validator("bank_address")
    @classmethod
    def _sealed_on_its_way(cls, address: str) -> str:
        """Account numbers and a token leave this machine over TLS alone."""
        parts = urlsplit(address)
        if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
            raise ValueError("account numbers would travel in clear: it has to begin with https://")
        return address

    @field_validator("answer_hours", mode="before")
    @classmethod
    def _others_as_they_were(cls, given: object) -> object:
        """What is named is changed; a channel that does not exist is told."""
        if not isinstance(given, Mapping):
            return given
        if unknown := sorted(set(map(str, given)) - ANSWER_HOURS.keys()):
            raise ValueError(f"there is no channel '{unknown[0]}': {', '.join(ANSWER_HOURS)}")
        return {**ANSWER_HOURS, **given}

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no time zone '{name}'") from error
        return name

    @classmethod
    def load(cls) -> Self:
        """The settings of the environment and the file.

        Raises MakegoodError MG700 where the file cannot be read, MG701 where a value is wrong.
        """
        try:
            return cls()
        except ValidationError as error:
            raise findings_of(error, settings_file(), _known_names()) from None
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

    @property
    def secrets(self) -> Path:
        """The folder of what nobody else may read."""
        return self.home / "secrets"

    @property
    def exchange_folder(self) -> Path:
        """The folder in which files are exchanged: a folder for each partner."""
        return self.exchange or self.home / "exchange"

    @property
    def runs_folder(self) -> Path:
        """The folder of runs: items, what was left out, answers."""
        return self.home / "runs"

    @property
    def decisions_folder(self) -> Path:
        """The folder of decisions that runs were planned from."""
        return self.home / "decisions"

    @property
    def is_demonstration(self) -> bool:
        """Whether the data folder is a rehearsal's or a demonstration's: all in it is made up.

        Only with the database that lies in it: a server's is nobody's to play with.
        """
        return self.database_url is None and (self.home.parent / DEMONSTRATION_MARK).is_file()

    @property
    def web_host_and_port(self) -> tuple[str, int]:
        """The two parts of ``web_address``; the host without its brackets."""
        return host_and_port(self.web_address)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of working hours and reports."""
        return ZoneInfo(self.time_zone)


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of an address of ours; the host without its brackets."""
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


def settings_file() -> Path:
    """The file of settings: the one that is named, or the one in the data folder."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named)
    home = os.environ.get("MAKEGOOD_HOME")
    return (Path(home) if home else _default_home()) / FILE_NAME


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _known_names() -> tuple[str, ...]:
    parts = (*Network.model_fields, *Witness.model_fields)
    return (*Settings.model_fields, *parts)


def _beside_the_package(folder: str) -> Path:
    """A folder of the wheel, or of the repository where the program is run from there."""
    package = Path(__file__).parents[1]
    inside = package / folder
    return inside if inside.is_dir() else package.parents[1] / folder
