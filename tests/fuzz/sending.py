"""Sending what is hostile to each address of a site, and what every answer must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, settings

from tests.fuzz.addresses import patterns
from tests.portal.acts.conftest import file
from tests.trust.leaks import _listening

ENDS_THE_VISIT = {"account_logout", "portal:sign_out"}
STEADY = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KNOWN: dict[str, list[str]] = {
    "line": ["1", "2", "3", "0", "99999999999999999999"],
    "measure": ["waiver", "cover", "pass", "coupons", "none"],
    "number": ["1", "2", "0", "9223372036854775808", "AAAA-BBBB", "%00", "é"],
    "kind": ["account", "claim", "forecast", "difference", "top-ups", "nothing"],
    "act": ["approve", "refuse", "propose", "better", "resolve", "none"],
    "answer": ["approve", "refuse", "withdraw", "none"],
    "name": ["pause", "propose", "retry", "programme.yaml", "x.yaml", "none"],
    "month": ["2026-11", "0000-00", "9999-99", "x"],
    "pk": ["1", "9223372036854775807", "99999999999999999999"],
    "token": ["none", "%00", "é", "..%2f", "a" * 500],
}
"""Near and impossible parts of addresses; others are those of the site itself."""
_NEVER_BY_CHANCE = 8
"""So many letters of a value are in no token that was made by chance."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_INNER = (
    "Traceback (most recent call last)",
    "psycopg",
    "django.core",
    'File "/',
    "MultiValueDict",
)


def addresses(urlconf: str, parts: dict[str, list[str]]) -> list[str]:
    """Each address with each value of each of its parts, the others being the first."""
    found = []
    for each in patterns(urlconf):
        if each.name in ENDS_THE_VISIT:
            continue
        usual = {part: parts.get(part, ["none"])[0] for part in each.parts}
        for part in each.parts or ("",):
            for value in parts.get(part, ["none"]):
                given_parts = usual | ({part: value} if part else {})
                try:
                    found.append(reverse(each.name, kwargs=given_parts, urlconf=urlconf))
                except NoReverseMatch:  # the pattern takes no such value
                    continue
    return sorted(set(found))


def sent(
    client: Any,
    address: str,
    form: dict[str, list[str]],
    method: str,
    *,
    with_file: bool = False,
    cookie: str = "",
) -> Any:
    extra = {"HTTP_COOKIE": _beside(client, cookie)} if cookie else {}
    if method == "G":
        return client.get(address, form, **extra)
    data: dict[str, Any] = dict(form)
    if with_file:
        # Django's own class takes no name that is none; a browser's is taken off its folders.
        name = "".join(form.get("file", [])).replace("/", "_").strip(".")[:200] or "a.pdf"
        data["file"] = file(b"%PDF-1.7 " + bytes(40), name)
    return client.post(address, data, **extra)


def _beside(client: Any, cookie: str) -> str:
    """A made-up cookie beside those that the browser has."""
    own = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return f"{cookie}; {own}"


def expect_whole(
    answer: Any, address: str, form: Any, personal: tuple[str, ...], *, is_of_staff: bool = False
) -> None:
    assert answer.status_code < 500, (address, form)
    is_page = answer.status_code == 200 and bool(answer.content)
    if is_page and answer.headers.get("Content-Type", "").startswith("text/html"):
        page = answer.content.decode()
        for inner in _INNER:
            assert inner not in page, address
        title = _TITLE.search(page)
        assert title, address
        for value in personal:
            assert not is_told(value, title[1]), address
        assert "<script>alert(1)" not in page, address
        assert page.strip() != "49", address
    location = answer.headers.get("Location", "")
    assert not location.startswith(("//", "http", "javascript", "\\")), (address, location)
    if not is_of_staff:
        new = [value for value in personal if value not in address]
        assert not any(is_told(value, location) for value in new), address


def is_told(value: str, told: str) -> bool:
    """Whether a value stands in a text.

    A short one could be in a token by chance: it counts where no letter or digit adjoins it.
    """
    if value not in told:
        return False
    is_long = len(value) >= _NEVER_BY_CHANCE or not value.isascii()
    return is_long or bool(re.search(rf"(?<![0-9A-Za-z]){re.escape(value)}(?![0-9A-Za-z])", told))


@contextmanager
def nothing_told(personal: tuple[str, ...]) -> Iterator[None]:
    """Nothing personal in the program's log, nor an exception that nobody expected."""
    with _listening() as told:
        yield
    lines = "\n".join(told)
    assert lines, "nothing was logged"
    assert "Traceback" not in lines
    for number, value in enumerate(personal):
        assert not is_told(value, lines), f"personal value {number} in the log"
