"""Where events go: a file, a syslog daemon, an HTTP endpoint. Each is one kind of a protocol."""

from makegood.trust.monitoring.destinations.address import destination_of, destinations_of
from makegood.trust.monitoring.destinations.protocol import Batch, Destination, NotDelivered

__all__ = ["Batch", "Destination", "NotDelivered", "destination_of", "destinations_of"]
