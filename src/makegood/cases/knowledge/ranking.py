"""Articles ranked by how well they answer a question: BM25 over the fields of each.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with one
weighted frequency over all fields (BM25F). An index is made once for each version of a programme
and language, and kept in memory: some hundred articles take some milliseconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from makegood.cases.knowledge.article import Article
from makegood.cases.knowledge.grams import grams

# How much a place of an article counts, and how soon more of the same counts no more. A gram in the
# title or in a known way of asking says more than one among many sentences.
_TITLE, _ASKED, _ABOUT, _TEXT = 2.0, 3.0, 6.0, 1.0
_SATURATION, _LENGTH = 1.2, 0.2
_WHOLE = 3
_SHARE_MIN = 0.25


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, and how well it fits: 1 for the best."""

    article: Article
    fit: float


class Index:
    """Articles, by what they are found by."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)
        self._lengths: list[float] = []
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, article in enumerate(self._articles):
            weights = _weights(article)
            self._lengths.append(sum(weights.values()))
            for gram, weight in weights.items():
                self._places[gram].append((number, weight))
        self._mean = sum(self._lengths) / max(1, len(self._lengths)) or 1.0

    def scores(self, question: str) -> dict[str, float]:
        """How well each article fits, by its name; those of which nothing is asked are left out."""
        scores: dict[str, float] = defaultdict(float)
        for gram, times in Counter(grams(question)).items():
            found = self._places.get(gram, [])
            rarity = log(1 + (len(self._articles) - len(found) + 0.5) / (len(found) + 0.5))
            for number, weight in found:
                longer = self._lengths[number] / self._mean
                damped = weight + _SATURATION * (1 - _LENGTH + _LENGTH * longer)
                score = min(times, 2) * rarity * weight * (_SATURATION + 1) / damped
                scores[self._articles[number].name] += score
        return dict(scores)


def best_of(
    articles: Sequence[Article], question: str, indexes: Sequence[Index], limit: int
) -> list[Hit]:
    """The articles that fit best, best first; none where nothing of the question is known.

    The indexes are over the same articles in several languages. What counts is the one that knows
    most of the question: in another than its own, hardly more than its names are known.
    """
    scores: dict[str, float] = defaultdict(float)
    for index in indexes:
        for name, score in index.scores(question).items():
            scores[name] = max(scores[name], score)
    best = max(scores.values(), default=0.0)
    found = [Hit(article, scores[article.name]) for article in articles if article.name in scores]
    ranked = sorted(found, key=lambda hit: -hit.fit)
    return [
        Hit(hit.article, hit.fit / best) for hit in ranked[:limit] if hit.fit >= _SHARE_MIN * best
    ]


def _weights(article: Article) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    fields = (
        (article.title, _TITLE),
        (article.asked, _ASKED),
        (article.text, _TEXT),
    )
    for text, weight in fields:
        for gram in grams(text):
            weights[gram] += weight
    # A name that is asked for in whole fits better than one of which it is a part.
    named = list(grams(article.about))
    for gram in named:
        weights[gram] += _ABOUT * _WHOLE / max(_WHOLE, len(named))
    return weights
