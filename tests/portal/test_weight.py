"""How many bytes the first page is, with all that it loads, as they go over the wire."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from makegood.programmes import load_programme
from makegood.trust.clock import now

KT = Path(__file__).parents[2] / "programmes" / "kt-2025" / "programme.yaml"
LOADED = re.compile(r'<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src|img[^>]+src)="([^"]+)"')
BYTES_MAX = 100 * 1024


def published() -> None:
    from django.apps import apps

    programme = load_programme(KT)
    apps.get_model("publication", "Version").objects.create(
        programme=programme.identifier,
        sha256=programme.sha256,
        text=programme.text,
        published_at=now(),
        published_by="console:test",
        proposal_id=uuid4(),
    )


def fetched(site: str, path: str) -> tuple[int, str]:
    """The bytes of an answer, headers included, and its text."""
    connection = HTTPConnection(urlsplit(site).netloc, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert answer.status == 200
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    body = answer.read()
    connection.close()
    return head + len(body), body.decode("utf-8", "replace")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_first_page_is_small(site: str, language: str):
    published()
    total, text = fetched(site, f"/?lang={language}")
    loaded = set(LOADED.findall(text))
    assert loaded
    for address in loaded:
        total += fetched(site, address)[0]
    assert total <= BYTES_MAX
