"""The Django project: settings, addresses of pages, and how processes are got ready."""

from makegood.project.preparing import prepared

__all__ = ["prepared"]
