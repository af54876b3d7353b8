"""The company's monitoring, and the program's own log."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, IPvAnyNetwork, SecretStr

from makegood.configuration.subjects.part import Part


class MonitoringSettings(Part):
    """Where events go, who reads metrics, how the log looks."""

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
