"""The Django application of messages sent and their codes."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages sent and their codes."""

    name = "makegood.channels.messages"
    label = "messages_out"
