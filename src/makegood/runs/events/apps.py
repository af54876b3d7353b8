"""The Django application of what was told about claims and passes."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Messages about what happened to claims and passes."""

    name = "makegood.runs.events"
    label = "events"
