"""What is told where a request was not read to its end: too large, or too slow. In both languages.

No page has seen the request, so that nobody knows the reader's language or whether they are signed
in: the same words for everybody, with the site's own look.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.html import escape

from makegood.acts import KINDS_TEXT, megabytes
from makegood.trust.staff import put_headers

_PAGE = """<!doctype html>
<html lang="ko">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <title>{korean_title} · {english_title}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="{style}">
</head>
<body>
<main id="main">
  <h1>{korean_title}</h1>
  <div class="card">
    <p>{korean}</p>
    <p>{korean_next}</p>
    <p><a class="button" href="/">첫 화면으로</a></p>
  </div>
  <div class="card" lang="en">
    <h2>{english_title}</h2>
    <p>{english}</p>
    <p>{english_next}</p>
    <p><a class="button" href="/">To the first page</a></p>
  </div>
</main>
</body>
</html>
"""
_WORDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {
        "korean_title": "보내신 내용이 너무 큽니다",
        "korean": "받을 수 있는 크기를 넘어 처리하지 않았습니다. 저장된 것은 없습니다.",
        "korean_next": "앞 화면으로 돌아가 내용을 줄여서 다시 보내 주십시오. 서류는 서류 제출"
        " 화면에서 한 번에 하나씩 받습니다. {kinds} 파일이어야 하며 크기는 최대"
        " {megabytes}MB입니다.",
        "english_title": "What was sent is too large",
        "english": "It is larger than what is taken here. Nothing of it was kept.",
        "english_next": "Go back, make it smaller and send it again. Documents are taken one at a"
        " time, on the page that asks for them: {kinds}, at most {megabytes} MB.",
    },
    HTTPStatus.REQUEST_TIMEOUT: {
        "korean_title": "보내는 데 시간이 너무 오래 걸렸습니다",
        "korean": "정해진 시간 안에 내용이 다 도착하지 않았습니다. 저장된 것은 없습니다.",
        "korean_next": "앞 화면으로 돌아가 다시 보내 주십시오. 인터넷 연결이 느리면 와이파이를"
        " 쓰거나 사진의 크기를 줄여 보십시오. 그래도 안 되면 {korean_support}에 말씀해 주십시오.",
        "english_title": "Sending took too long",
        "english": "Not all of it came in time. Nothing of it was kept.",
        "english_next": "Go back and send it again. Where the connection is slow, use Wi-Fi, or"
        " make a photo smaller. If that does not help, tell {english_support}.",
    },
}
_SUPPORT = {
    True: {"korean_support": "고객센터", "english_support": "the support centre"},
    False: {
        "korean_support": "사내 시스템 지원 담당 부서",
        "english_support": "your company's own support for this system",
    },
}
"""Whom customers tell, and whom staff."""


def page_of(status: HTTPStatus) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and body for 413 or 408; the connection ends with it (RFC 9110, 15.5.9, 15.5.14)."""
    is_portal = settings.ROOT_URLCONF == "makegood.project.portal_urls"
    response = HttpResponse(_written(status, is_portal=is_portal), status=status)
    response.headers["Content-Language"] = "ko, en"
    installation = settings.INSTALLATION
    put_headers(response, https=installation.portal_https if is_portal else installation.web_https)
    return [*response.headers.items(), ("connection", "close")], response.content


@cache
def _written(status: HTTPStatus, *, is_portal: bool) -> str:
    style = static("portal/style.css" if is_portal else "operations/style.css")
    found = {"kinds": KINDS_TEXT, "megabytes": megabytes(), **_SUPPORT[is_portal]}
    words = {name: escape(text.format(**found)) for name, text in _WORDS[status].items()}
    return _PAGE.format(style=style, **words)
