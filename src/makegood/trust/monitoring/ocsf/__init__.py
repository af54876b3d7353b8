"""Entries of the log as events of the Open Cybersecurity Schema Framework 1.6 (schema.ocsf.io)."""

from makegood.trust.monitoring.ocsf.classes import CLASSES, EventClass
from makegood.trust.monitoring.ocsf.events import VERSION, event_of
from makegood.trust.monitoring.ocsf.weights import weight_of

__all__ = ["CLASSES", "VERSION", "EventClass", "event_of", "weight_of"]
