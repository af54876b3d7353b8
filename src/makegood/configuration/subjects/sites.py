"""Where the two sites are served: the staff's and the customers'."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, IPvAnyNetwork

from makegood.configuration.subjects.networks import Network
from makegood.configuration.subjects.part import Part


class StaffSiteSettings(Part):
    """The staff's site, and which addresses are which to both."""

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

    @property
    def web_host_and_port(self) -> tuple[str, int]:
        """The two parts of ``web_address``; the host without its brackets."""
        return host_and_port(self.web_address)


class CustomerSiteSettings(Part):
    """The customers' site."""

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


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of an address of ours; the host without its brackets."""
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
