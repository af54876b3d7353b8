"""What the support centre knows: articles written from the programme, and a search among them."""

from makegood.cases.knowledge.article import Article, Part
from makegood.cases.knowledge.ranking import Hit
from makegood.cases.knowledge.searching import (
    QUESTION_LETTERS_MAX,
    article_named,
    articles,
    search_articles,
    spoken_language,
)

__all__ = [
    "QUESTION_LETTERS_MAX",
    "Article",
    "Hit",
    "Part",
    "article_named",
    "articles",
    "search_articles",
    "spoken_language",
]
