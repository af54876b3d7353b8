"""Writes a review as one page of HTML, for whoever signs it: no script, nothing from outside."""

from __future__ import annotations

import os
from calendar import monthrange
from collections import Counter
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from makegood.kernel import Finding, MakegoodError
from makegood.trust.access.review.keeping import YEARS_ASKED
from makegood.trust.access.review.review import Review
from makegood.trust.access.review.rules import NIGHT_BEGINS, NIGHT_ENDS
from makegood.trust.access.review.words import LANGUAGES, say
from makegood.trust.audit import KINDS

if TYPE_CHECKING:
    import jinja2

MEMBERS_DRAWN_MAX = 20
_HOURS = 24


def write_review(review: Review, out: Path, *, language: str) -> None:
    """Write the page in ``ko`` or ``en``; it appears whole or not at all.

    Raises MakegoodError MG779 where it cannot be written; then ``out`` is as it was.
    """
    text = page(review, language)
    partial_file = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with partial_file.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial_file.replace(out)
    except OSError as error:
        partial_file.unlink(missing_ok=True)
        message = f"cannot write '{out.name or out}': {(error.strerror or str(error)).lower()}"
        hint = "give --out a file in a folder that is there and has room"
        raise MakegoodError(Finding("MG779", message, hint)) from error


def page(review: Review, language: str) -> str:
    """The page as text."""
    if language not in LANGUAGES:
        raise MakegoodError(
            Finding("MG616", f"reviews do not speak '{language}'", "it speaks ko, en")
        )
    template = _environment().get_template("page.html")
    return template.render(
        review=review,
        language=language,
        say=partial(say, language),
        tables={
            "by_kind": [
                (KINDS[name].words[language], count) for name, count in review.by_kind.most_common()
            ]
        },
        charts=_charts(review, language),
        years=YEARS_ASKED,
    )


def _charts(review: Review, language: str) -> dict[str, Any]:
    # Drawing is loaded where it is used: nothing but a page waits for it.
    from makegood.trust.access.review.charts import Bar, columns, rows

    _, last = monthrange(review.month.year, review.month.month)
    days = [Bar(str(day), review.by_day[day]) for day in range(1, last + 1)]
    hours = [
        Bar(str(hour), review.by_hour[hour], hour >= NIGHT_BEGINS or hour < NIGHT_ENDS)
        for hour in range(_HOURS)
    ]
    found = {one.actor for one in review.findings}
    most: Counter[str] = review.by_actor
    members = [
        Bar(actor, count, actor in found) for actor, count in most.most_common(MEMBERS_DRAWN_MAX)
    ]
    return {
        "by_day": columns(days, say(language, "by_day")),
        "by_hour": columns(hours, say(language, "by_hour")),
        "by_actor": rows(members, say(language, "by_actor")) if members else None,
    }


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    pieces = files(__package__).joinpath("pieces")
    texts = {name: pieces.joinpath(name).read_text("utf-8") for name in ("page.html", "style.css")}
    return jinja2.Environment(
        loader=jinja2.DictLoader(texts),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
