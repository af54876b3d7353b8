"""Styles and scripts: under names with hashes, kept for good, compressed; or plain without them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import RequestFactory, override_settings

from makegood.project.static_files import write_static_files

STYLE = re.compile(r"^/static/portal/style\.[0-9a-f]{12}\.css$")

pytestmark = pytest.mark.usefixtures("database")


def written(folder: Path) -> dict[str, object]:
    return {
        "STATIC_ROOT": str(folder),
        "STORAGES": {"staticfiles": {"BACKEND": "makegood.project.static_files.HashedFiles"}},
    }


def test_what_is_written_out_is_immutable_and_compressed(tmp_path: Path):
    from django.templatetags.static import static
    from whitenoise.middleware import WhiteNoiseMiddleware

    count = write_static_files(tmp_path)
    assert count == write_static_files(tmp_path)
    with override_settings(**written(tmp_path)):
        address = static("portal/style.css")
        assert STYLE.match(address)
        served = WhiteNoiseMiddleware(lambda _: None)
        answer = served(RequestFactory(headers={"accept-encoding": "gzip"}).get(address))
        sent = b"".join(answer.streaming_content)
        answer.close()
        assert static("nowhere/there.css") == "/static/nowhere/there.css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent).startswith(b"/*")


def test_without_them_files_are_served_by_their_plain_names():
    from django.templatetags.static import static

    assert static("portal/style.css") == "/static/portal/style.css"
