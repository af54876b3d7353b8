"""The application a web server calls. Its process uses the store as long as it lives."""

from __future__ import annotations

import atexit
from contextlib import ExitStack

from django.core.wsgi import get_wsgi_application

from makegood.project.parent import end_with_parent
from makegood.project.preparing import (
    expect_approved_policies,
    expect_up_to_date,
    prepared,
)

_held = ExitStack()
_held.enter_context(prepared(migrate=False))
atexit.register(_held.close)
expect_up_to_date()
expect_approved_policies()
end_with_parent()

application = get_wsgi_application()
