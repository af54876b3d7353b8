"""A page that breaks shows a number; under the same number the log has the fault, and no words."""

import json

import pytest
from django.test import Client

from makegood.trust.monitoring import set_up_logs


@pytest.mark.usefixtures("database", "own_log")
def test_a_broken_page_shows_the_number_under_which_the_log_has_the_fault(monkeypatch, capsys):
    def broken(request):
        raise ValueError(f"김민수 asked for {request.path}")

    set_up_logs({"format": "json", "level": "error"})
    monkeypatch.setattr(
        "makegood.trust.staff.middleware.StaffMiddleware.__call__", broken_by(broken)
    )
    answer = Client(raise_request_exception=False).get("/", headers={"host": "localhost"})
    assert answer.status_code == 500
    number = answer["X-Request-ID"]
    assert f'<dd class="mono">{number}</dd>' in answer.content.decode()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (told,) = [line for line in lines if line.get("request") == number and "fault" in line]
    assert "ValueError" in told["fault"]
    assert "test_faults.py" in told["fault"]
    assert "김민수" not in json.dumps(lines, ensure_ascii=False)


def broken_by(view):
    return lambda _, request: view(request)
