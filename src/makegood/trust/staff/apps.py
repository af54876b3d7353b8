"""The Django application of staff."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Members of staff, their sessions and devices."""

    name = "makegood.trust.staff"
    label = "staff"

    def ready(self) -> None:
        """Listen to what sign-in reports."""
        from makegood.trust.staff.signals import connect

        connect()
