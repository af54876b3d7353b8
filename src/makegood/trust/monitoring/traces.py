"""Traces with OpenTelemetry, set up by its own variables; off unless an endpoint is named.

Rooms below make spans with the API of OpenTelemetry alone; without a set-up those cost nothing.
Attributes that could hold personal data are never set, and what an exception says is left out.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.util.types import AttributeValue

from makegood.trust.access import masked_text
from makegood.trust.monitoring.logs.redaction import is_dropped

SERVICE = "makegood"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_LEFT_OUT = frozenset({"exception.message", "exception.stacktrace"})
_set_up: list[TracerProvider] = []
_lock = Lock()


def are_traces_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether OTEL_* variables name an endpoint and do not switch traces off."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER", "otlp").lower() == "none":
        return False
    return any(environment.get(name) for name in _ENDPOINTS)


def set_up_traces() -> bool:
    """Send spans to the endpoint of the OTEL_* variables, once in a process; whether they are sent.

    The exporter reads its variables itself: endpoint, headers, certificate, timeout, compression.
    """
    with _lock:
        if _set_up or not are_traces_wanted():
            return bool(_set_up)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider = provider_to(BatchSpanProcessor(CleanExporter(OTLPSpanExporter())))
        trace.set_tracer_provider(provider)
        atexit.register(provider.shutdown)
        _set_up.append(provider)
        return True


def provider_to(processor: SpanProcessor) -> TracerProvider:
    """Where spans are made, sending them on to a processor."""
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": SERVICE}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(processor)
    return provider


@contextmanager
def command_span(name: str) -> Iterator[None]:
    """A command of the console in a span, where traces are wanted; told by its first word."""
    if not set_up_traces():
        yield
        return
    with trace.get_tracer("makegood.cli").start_as_current_span(f"makegood {name}"):
        yield
    _set_up[0].force_flush()


class CleanExporter(SpanExporter):
    """Takes out what could be personal, then hands spans to another exporter."""

    def __init__(self, onward: SpanExporter) -> None:
        self._onward = onward

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Clean the spans and hand them on."""
        return self._onward.export([_clean(span) for span in spans])

    def shutdown(self) -> None:
        """End the other exporter."""
        self._onward.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Let the other exporter send what it holds."""
        return self._onward.force_flush(timeout_millis)


def _clean(span: ReadableSpan) -> ReadableSpan:
    events = [
        Event(masked_text(event.name), _attributes(event.attributes), event.timestamp)
        for event in span.events
    ]
    return ReadableSpan(
        name=masked_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_attributes(span.attributes),
        events=events,
        links=span.links,
        kind=span.kind,
        status=trace.Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _attributes(given: Mapping[str, object] | None) -> dict[str, AttributeValue]:
    kept: dict[str, AttributeValue] = {}
    for key, value in (given or {}).items():
        if key in _LEFT_OUT or is_dropped(key.rpartition(".")[2]):
            continue
        if isinstance(value, str):
            kept[key] = masked_text(value)
        elif isinstance(value, bool | int | float):
            kept[key] = value
        elif isinstance(value, list | tuple):
            kept[key] = [masked_text(str(item)) for item in value]
    return kept
