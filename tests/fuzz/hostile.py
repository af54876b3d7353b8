"""Values, forms, bodies and cookies as nobody in good faith sends them, and such as nearly fit."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.forms import BaseForm, ChoiceField
from hypothesis import strategies as st

SITES = {
    "portal": ("look_up_forms", "helping_forms", "acts.forms"),
    "operations": (
        *("parts", "chosen", "forms", "audit.accessed", "audit.reviewing", "claims.promised"),
        *("claims.listed", "claims.forms", "programmes.bringing", "runs.contradictions"),
        *("runs.listing", "runs.answers"),
    ),
    "centre": ("forms", "behalf.forms", "casework.forms"),
    "acts": ("files", "forms"),
}
"""Where each site's forms are declared; ``acts`` has those of both."""
BESIDE = ("next", "lang", "csrfmiddlewaretoken", "page", "download", "unknown", "form-0-x", "사유")
TEXTS = (
    *("", " ", "on", "0", "-1", "1", "99999999999999999999", "1e400", "NaN", "½", "①", "٣"),
    *(
        "\x00",
        "a\x00b",
        "\r\nSet-Cookie: a=b",
        "\ud7a3",
        "\u202e0102-43",
        "👩‍👩‍👧‍👦",
        "\ufeff",
        "A" * 20_000,
    ),
    *("'; DROP TABLE claims_claim; --", '" OR 1=1', "%s %(x)s %", "{{ 7*7 }}", "{% debug %}"),
    *("${7*7}", "<script>alert(1)</script>", "../../etc/passwd", "//evil.example/", "\\\\evil"),
    *("https://evil.example/", "javascript:alert(1)", "/dues/", "__class__"),
    *("0000-00-00", "2026-02-30", "9999-12-31", "10000-01-01", "-0001-01-01", "2026-13-01T25:61"),
    *("waiver", "music", "004", "990-0011-1222", "010-7777-0000", "82107777000", "김민수"),
    *("relief-2026", "L0001", "C0001", "AAAA-BBBB-CCCC", "123456", "1985", "13", "31"),
)
HEADERS = ("{", "a=b", "multipart/form-data", "multipart/form-data; boundary=", "text/html")
BODIES = (
    *(b"", b"\x00" * 40, b"{}", b"[", b"a=%", b"a=%ff%fe&b=%00", b"=&=&=", b"a" * 5_000),
    *(b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'),
    (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--\r\n"
    ),
    b"--x\r\nContent-Disposition: form-data; name=\r\n\r\n--x--",
)
TYPES = (
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"),
    *("multipart/form-data", "multipart/form-data; boundary=\x7f", "text/plain; charset=none"),
    *("application/x-www-form-urlencoded; charset=utf-7", "", "x"),
)


def fields_of(*sites: str) -> dict[str, list[str]]:
    """Every field of every form of these sites, with the values that it offers."""
    found: dict[str, list[str]] = {}
    for site in (*sites, "acts"):
        for place in SITES[site]:
            module = import_module(f"makegood.{site}.{place}")
            for each in vars(module).values():
                if isinstance(each, type) and issubclass(each, BaseForm):
                    for name, field in getattr(each, "base_fields", {}).items():
                        offered = _offered(field)
                        found.setdefault(name, []).extend(offered)
    assert len(found) > 10, "the forms were not found"
    return found


def _offered(field: Any) -> list[str]:
    if not isinstance(field, ChoiceField):
        return []
    values: list[str] = []
    choices: Any = field.choices
    for value, words in choices:
        values += [str(each) for each, _ in words] if isinstance(words, list) else [str(value)]
    return values[:20]


def texts(offered: list[str]) -> st.SearchStrategy[str]:
    """What may be in a field: anything, something hostile, or what it offers."""
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    near = st.sampled_from([*offered, *TEXTS])
    return st.one_of(near, near, anything)


def forms(fields: dict[str, list[str]]) -> st.SearchStrategy[dict[str, list[str]]]:
    """Some fields, each once, several times or empty; and such as no form has."""
    names = sorted({*fields, *BESIDE})
    return st.lists(st.sampled_from(names), max_size=10, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: st.lists(texts(fields.get(name, [])), min_size=1, max_size=2) for name in chosen}
        )
    )


def nearly(
    good: dict[str, str], fields: dict[str, list[str]]
) -> st.SearchStrategy[dict[str, list[str]]]:
    """A whole form as it should be, in which a few fields are otherwise, twice or missing."""
    wrong = st.lists(st.sampled_from(sorted(good)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: st.lists(texts(fields.get(name, [])), max_size=2) for name in chosen}
        )
    )
    return wrong.map(lambda changes: {name: [value] for name, value in good.items()} | changes)


def cookies() -> st.SearchStrategy[str]:
    """A cookie header that no browser would send."""
    broken = ("=", ";;;", "makegood-customer=", "makegood-language=xx; makegood-language=../..")
    made_up = ("makegood-place=AAAA.BBBB", "makegood-customer=" + "a" * 5_000, "a\x7f=\x80")
    return st.sampled_from(("", "", "", *broken, *made_up, "csrftoken=1; messages=x"))
