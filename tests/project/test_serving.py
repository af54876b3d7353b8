"""What the real web server makes of names of headers."""

import http.client
from io import BytesIO

from tests.project.running_up import running_up
from tests.store.homes import short_home


def test_a_header_with_an_underscore_is_not_taken_for_another():
    """``/metrics`` answers nobody who came through a proxy: so it tells which header counted."""
    with short_home() as home, running_up(home) as up:
        up.wait_for("web", "ready")

        def status(*headers: tuple[str, str]) -> int:
            asking = http.client.HTTPConnection("127.0.0.1", up.port, timeout=10)
            asking.putrequest("GET", "/metrics")
            for name, value in headers:
                asking.putheader(name, value)
            asking.endheaders()
            answer = asking.getresponse()
            answer.read()
            asking.close()
            return answer.status

        assert status() == 200
        assert status(("X-Forwarded-For", "10.1.2.3")) == 404
        assert status(("X_Forwarded_For", "10.1.2.3")) == 200
        # A body beyond the limit is not read to its end: told, or the connection is closed.
        asking = http.client.HTTPConnection("127.0.0.1", up.port, timeout=10)
        try:
            asking.request("POST", "/account/sign-in/", BytesIO(b"x" * 3_000_000))
            told = asking.getresponse().status
        except ConnectionError:
            told = 413
        asking.close()
        assert told == 413
        assert status() == 200
