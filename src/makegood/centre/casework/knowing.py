"""The knowledge base: searched by how people ask, read out as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from makegood.cases import (
    QUESTION_LETTERS_MAX,
    Article,
    article_named,
    articles,
    search_articles,
    spoken_language,
)
from makegood.centre.casework.published import title_of, titled
from makegood.centre.casework.speaking import language
from makegood.kernel import looks_personal
from makegood.programmes import Programme
from makegood.publication import programmes_in_force
from makegood.redress.serving import programme_in_force


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The articles that answer a question, or all of them."""
    names = programmes_in_force()
    if not names:
        return render(request, "casework/knowledge.html", {"programmes": []})
    asked = request.GET.get("programme", "")
    name = asked if asked in names else names[0]
    programme = programme_in_force(name)
    question = " ".join(request.GET.get("q", "").split())[:QUESTION_LETTERS_MAX]
    # A question stands in the address: one with somebody's number is not repeated there.
    is_personal = looks_personal(question)
    context = {
        "programmes": titled(names),
        "programme": name,
        "title": title_of(name),
        "question": "" if is_personal else question,
        "is_personal": is_personal,
        "hits": []
        if is_personal
        else [hit.article for hit in search_articles(programme, question, language())],
        "groups": _groups(programme),
        "letters_max": QUESTION_LETTERS_MAX,
        "spoken": spoken_language(programme, language()) or "",
    }
    return render(request, "casework/knowledge.html", context)


@login_required
@require_GET
def article(request: HttpRequest, programme: str, name: str) -> HttpResponse:
    """One article, and what else there is of the same measure."""
    if programme not in programmes_in_force():
        raise Http404
    found = programme_in_force(programme)
    shown = article_named(found, name, language())
    if shown is None:
        raise Http404
    beside = [
        other
        for other in articles(found, language())
        if other.name != shown.name and _group_of(other) == _group_of(shown)
    ]
    context = {
        "article": shown,
        "beside": beside,
        "title": title_of(programme),
        "spoken": spoken_language(found, language()) or "",
    }
    return render(request, "casework/article.html", context)


@dataclass(frozen=True, slots=True)
class Group:
    """Articles about one thing; each has its words below the heading, which they do not repeat."""

    heading: str
    articles: tuple[Article, ...]

    @property
    def members(self) -> list[tuple[Article, str]]:
        """Each article with its title, without the heading before its colon."""
        begin = f"{self.heading}: "
        return [(each, each.title.removeprefix(begin)) for each in self.articles]


def _groups(programme: Programme) -> list[Group]:
    """All articles by what they are about, under their headings."""
    found = articles(programme, language())
    spoken = spoken_language(programme, language()) or programme.languages[0]
    said = {
        "programme": _("The programme"),
        "claim": _("Applications"),
        "glossary": _("Words"),
    }
    return [
        Group(
            programme.measures[group].section.title[spoken]
            if group in programme.measures
            else said.get(group, group),
            tuple(members),
        )
        for group, members in groupby(found, _group_of)
    ]


def _group_of(article: Article) -> str:
    return article.measure or article.name.partition(".")[0]
