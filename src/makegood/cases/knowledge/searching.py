"""The knowledge base of a programme in force: its articles, and the search among them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from makegood.cases.knowledge.article import Article
from makegood.cases.knowledge.measures import MeasureWriter
from makegood.cases.knowledge.ranking import Hit, Index, best_of
from makegood.cases.knowledge.texts import LANGUAGES
from makegood.cases.knowledge.whole import of_claims, of_the_programme, of_words

if TYPE_CHECKING:
    from makegood.programmes import Programme

FOUND_MAX = 12
QUESTION_LETTERS_MAX = 200
_KEPT_MAX = 16


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The articles of a programme's version in a language, and the index over them."""

    articles: tuple[Article, ...]
    index: Index


_kept: OrderedDict[tuple[str, str], Knowledge] = OrderedDict()


def articles(programme: Programme, language: str) -> tuple[Article, ...]:
    """All articles of a programme, in the order of its file.

    In the language, or in one that the programme and this knowledge base both have; none where
    there is no such language.
    """
    return _knowledge(programme, language).articles


def article_named(programme: Programme, name: str, language: str) -> Article | None:
    """The article of this name, such as ``penalty_waiver.pay_days``."""
    found = (article for article in articles(programme, language) if article.name == name)
    return next(found, None)


def search_articles(
    programme: Programme, question: str, language: str, limit: int = FOUND_MAX
) -> list[Hit]:
    """The articles that answer a question best, best first; perhaps none.

    They are given in the language; the question may be in any that the programme and this knowledge
    base both have, as who asks in one may read in another. Of the question the first
    QUESTION_LETTERS_MAX letters count. Nothing of it is kept.
    """
    asked = question[:QUESTION_LETTERS_MAX]
    spoken = [each for each in LANGUAGES if each in programme.languages]
    indexes = [_knowledge(programme, each).index for each in spoken]
    return best_of(articles(programme, language), asked, indexes, limit)


def spoken_language(programme: Programme, language: str) -> str | None:
    """The language in which the articles are: the one wished, or another that there is."""
    spoken = [each for each in (language, *LANGUAGES) if each in LANGUAGES]
    return next((each for each in spoken if each in programme.languages), None)


def _knowledge(programme: Programme, wished: str) -> Knowledge:
    key = (programme.sha256, wished)
    found = _kept.get(key)
    if found is None:
        written = _written(programme, wished)
        found = Knowledge(written, Index(written))
        _kept[key] = found
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return found


def _written(programme: Programme, wished: str) -> tuple[Article, ...]:
    language = spoken_language(programme, wished)
    if language is None:
        return ()
    found = list(of_the_programme(programme, language))
    for measure in programme.measures.values():
        found += MeasureWriter(programme, measure, language).articles()
    found += of_claims(programme, language)
    found += of_words(programme, language)
    return tuple(found)
