"""Django's own commands over the store, for developers: ``python -m makegood.project …``."""

from __future__ import annotations

import sys

from makegood.project import prepared

if __name__ == "__main__":
    with prepared(migrate=False):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["python -m makegood.project", *sys.argv[1:]])
