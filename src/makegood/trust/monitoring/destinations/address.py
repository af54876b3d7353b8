"""The addresses of the setting ``events``, as destinations."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from makegood.configuration import Settings
from makegood.kernel import Finding, MakegoodError
from makegood.trust.monitoring.destinations.file import BYTES_MAX, MEBIBYTE, FileDestination
from makegood.trust.monitoring.destinations.http import HttpDestination
from makegood.trust.monitoring.destinations.protocol import Destination
from makegood.trust.monitoring.destinations.syslog import PORTS, SyslogDestination

_KINDS = "file:///…, syslog+udp://, syslog+tcp:// or syslog+tls://HOST:PORT, https://…"


def destinations_of(settings: Settings) -> tuple[Destination, ...]:
    """All destinations of an installation, in their order. Raises MakegoodError MG790."""
    found = tuple(destination_of(address, settings) for address in settings.events)
    names = [destination.name for destination in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _unusable("an address stands there twice", f"leave one of {', '.join(twice)}")
    return found


def destination_of(address: str, settings: Settings) -> Destination:
    """The destination that an address names. Raises MakegoodError MG790 where it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _unusable("an address cannot be read", f"write {_KINDS}") from None
    match parts.scheme:
        case "file":
            return _file(parts)
        case "syslog" | "syslog+udp" | "syslog+tcp" | "syslog+tls":
            transport = parts.scheme.partition("+")[2] or "tcp"
            if not parts.hostname or parts.path.strip("/") or parts.query:
                raise _unusable("an address of a syslog daemon", "write syslog+tls://HOST:PORT")
            return SyslogDestination(
                transport,
                parts.hostname,
                port or PORTS[transport],
                authorities=settings.events_ca,
            )
        case "http" | "https":
            if not parts.hostname:
                raise _unusable("an address names no host", "write https://HOST/PATH")
            given = settings.events_authorization
            return HttpDestination(
                address,
                authorization=given.get_secret_value() if given else "",
                authorities=settings.events_ca,
            )
    raise _unusable("an address is of no known kind", f"write {_KINDS}")


def _file(parts: SplitResult) -> FileDestination:
    asked = parse_qs(parts.query)
    limit = asked.pop("max_bytes", [str(BYTES_MAX)])[-1]
    if parts.netloc or not parts.path.startswith("/") or parts.path.endswith("/") or asked:
        raise _unusable("an address of a file", "write file:///var/log/makegood/events.jsonl")
    if not limit.isdecimal() or not 1024 <= int(limit) <= 1024 * MEBIBYTE:  # noqa: PLR2004
        raise _unusable("max_bytes of a file", "write 1024 to 1073741824 bytes")
    return FileDestination(Path(unquote(parts.path)), int(limit))


def _unusable(what: str, hint: str) -> MakegoodError:
    # An address may hold a secret, so it is not repeated.
    message = f"the setting 'events' cannot be used: {what}"
    return MakegoodError(Finding("MG790", message, hint))
