"""From page to page by the links that stand on them, as far as they lead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

_LINK = re.compile(r'(?:href|data-refresh)="(/[^"#]*)')
_QUERY = re.compile(r'href="([?][^"]*)"')
_NOT_WALKED = ("/static/", "/account/", "/language", "/log/")
_MOST_OF_A_PAGE = 4


def walked(client: Client, *begin: str, known: Container[str] = ()) -> dict[str, int]:
    """All pages that links lead to from these, by their status; a fault of one is raised.

    Of links that differ in their query alone the first few are followed: a table's file, its next
    page. What is ``known`` is not read again, but for where it begins.
    """
    to_read, read = list(begin), dict[str, int]()
    times: Counter[str] = Counter()
    while to_read:
        path = to_read.pop(0).replace("&amp;", "&")
        here = path.partition("?")[0]
        is_over = path in known or times[here] >= _MOST_OF_A_PAGE
        if path in read or path.startswith(_NOT_WALKED) or (is_over and path not in begin):
            continue
        times[here] += 1
        answer = client.get(path)
        read[path] = answer.status_code
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, path
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            to_read += _LINK.findall(text)
            to_read += [here + query for query in _QUERY.findall(text)]
    return read
