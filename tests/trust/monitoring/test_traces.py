"""Spans tell what was done and how long it took, and never about whom."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from makegood.trust.access import Refused, look_up
from makegood.trust.audit import integrate
from makegood.trust.monitoring import RequestMiddleware, are_traces_wanted
from makegood.trust.monitoring.traces import CleanExporter, provider_to
from makegood.trust.vault import Person, store_person
from tests.trust.access.visitors import AFTERNOON, agent, at

NOT_NAMED = ("김민수", "1234", "C0001", "bora", "CALL-17", "198.51.100.7")


@pytest.fixture(scope="module")
def exporter():
    """Spans of this process, kept in memory as they would be sent."""
    kept = InMemorySpanExporter()
    # A process has one provider for good; other tests make spans that nobody looks at.
    trace.set_tracer_provider(provider_to(SimpleSpanProcessor(CleanExporter(kept))))
    return kept


@pytest.fixture
def spans(exporter):
    exporter.clear()
    return lambda: {span.name: span for span in exporter.get_finished_spans()}


def as_text(span):
    return f"{span.name} {dict(span.attributes)} {[dict(e.attributes) for e in span.events]}"


@pytest.fixture
def customer(database, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(database.home))
    with at(AFTERNOON):
        store_person(Person("C0001", "김민수", "010-1234-5678"), actor="console:tester")
        yield


@pytest.mark.usefixtures("customer")
def test_a_look_up_is_a_decision_and_a_search_and_names_nobody(spans):
    look_up(agent(), phone="010-1234-5678", purpose="claim_handling", case="CALL-17")
    integrate()
    found = spans()
    assert {"gate.decide", "vault.find", "log.integrate"} <= found.keys()
    attributes = found["gate.decide"].attributes
    assert attributes["makegood.act"] == "look_up"
    assert attributes["makegood.allowed"] is True
    assert attributes["makegood.policies"] == ["call_centre_agent"]
    assert found["log.integrate"].attributes["makegood.entries"] > 0
    text = " ".join(map(as_text, found.values()))
    assert not [word for word in NOT_NAMED if word in text]


@pytest.mark.usefixtures("customer")
def test_a_refusal_is_told_by_the_policies_that_failed(spans):
    with pytest.raises(Refused):
        look_up(agent(device="unknown"), phone="010-1234-5678", purpose="claim_handling")
    attributes = spans()["gate.decide"].attributes
    assert attributes["makegood.allowed"] is False
    assert attributes["makegood.policies"] == ["device_known"]


@pytest.mark.usefixtures("database")
def test_a_request_is_told_by_the_pattern_of_its_page(spans):
    request = RequestFactory().get("/people?phone=010-1234-5678")
    RequestMiddleware(lambda _: HttpResponse("ok"))(request)
    span = spans()["GET unknown"]
    assert span.attributes["http.response.status_code"] == 200
    assert "1234" not in as_text(span)


def test_what_an_exception_says_and_personal_attributes_are_taken_out(spans):
    with (  # noqa: PT012 - the span is around the failure
        pytest.raises(ValueError, match="김민수"),
        trace.get_tracer("test").start_as_current_span("broken") as span,
    ):
        span.set_attributes({"customer.phone": "x", "note": "call 010-1234-5678", "count": 3})
        raise ValueError("no such person: 김민수")
    broken = spans()["broken"]
    assert broken.attributes == {"note": "call [phone]", "count": 3}
    assert broken.events[0].attributes["exception.type"] == "ValueError"
    assert broken.status.description is None
    assert not [word for word in NOT_NAMED if word in as_text(broken)]


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_traces_are_off_unless_an_endpoint_is_named(environment, wanted):
    assert are_traces_wanted(environment) is wanted


class Collector(ThreadingHTTPServer):
    """Takes spans as a collector of OpenTelemetry does."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[str, ExportTraceServiceRequest]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        self.server.received.append((self.path, request))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Nothing."""


def test_a_command_sends_its_spans_to_a_collector_over_http(database):
    with Collector() as collector:
        threading.Thread(target=collector.serve_forever, args=(0.05,), daemon=True).start()
        environment = database.environment | {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_address[1]}",
            "PYTHONWARNINGS": "default",
        }
        start = "from makegood.cli import main; main()"
        command = [sys.executable, "-c", start, "access", "review", "--month", "2026-01", "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        collector.shutdown()
    assert {path for path, _ in collector.received} == {"/v1/traces"}
    resources = [
        resource for _, request in collector.received for resource in request.resource_spans
    ]
    names = {span.name for r in resources for s in r.scope_spans for span in s.spans}
    assert {"makegood access", "gate.decide"} <= names
    services = {
        attribute.value.string_value
        for resource in resources
        for attribute in resource.resource.attributes
        if attribute.key == "service.name"
    }
    assert services == {"makegood"}
