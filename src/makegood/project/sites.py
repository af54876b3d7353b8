"""The two sites of an installation: staff pages and customers' pages, apart in everything.

Each has its processes, its port, its cookies, its addresses of pages and its key.
"""

from __future__ import annotations

from dataclasses import dataclass

from makegood.configuration import Settings, host_and_port


@dataclass(frozen=True, slots=True)
class Site:
    """One site: where it is served, by how many processes, with which settings of Django's.

    ``variable`` is the setting that names its address.
    """

    name: str
    words: str
    address: str
    processes: int
    settings_module: str
    variable: str

    @property
    def host_and_port(self) -> tuple[str, int]:
        """The two parts of its address."""
        return host_and_port(self.address)


def staff_site(settings: Settings) -> Site:
    """The pages of the support centre and of operations."""
    return Site(
        "web",
        "staff pages",
        settings.web_address,
        settings.web_processes,
        "makegood.project.settings",
        "MAKEGOOD_WEB_ADDRESS",
    )


def customers_site(settings: Settings) -> Site:
    """The customers' pages."""
    return Site(
        "portal",
        "customers' pages",
        settings.portal_address,
        settings.portal_processes,
        "makegood.project.portal_settings",
        "MAKEGOOD_PORTAL_ADDRESS",
    )


def sites(settings: Settings) -> tuple[Site, ...]:
    """The sites that are served here."""
    portal = (customers_site(settings),) if settings.portal_address else ()
    return (staff_site(settings), *portal)
